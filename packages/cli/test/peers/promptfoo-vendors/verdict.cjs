/** The geometric mean of hits and misses. */
module.exports = ({ hits, misses }, { componentResults }) => {
  const score = Math.sqrt(hits * misses);
  return { pass: score > 0.5 && componentResults.length === 4, score, reason: 'so' };
};
