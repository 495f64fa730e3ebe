module.exports = {
  shout: ({ vars }) => `HI ${vars.name}`,
  trimmed: (output) => output.trim(),
};
