module.exports = (text) => ` (${text.length} letters)`;
