exports.least = (metrics) => {
  const score = Math.min(...Object.values(metrics));
  return { pass: score > 0, score, reason: 'so' };
};
