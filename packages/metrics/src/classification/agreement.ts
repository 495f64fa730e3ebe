import type { ConfusionMatrix } from './confusion-matrix.ts';

/**
 * Cohen's kappa: (p_o − p_e) / (1 − p_e), agreement beyond what the two sides' label frequencies give by chance.
 * @returns in [−1, 1]; null when n = 0 or when chance agreement is certain (a single label on both sides)
 * @see https://doi.org/10.1177/001316446002000104
 */
export function cohenKappa(matrix: ConfusionMatrix): number | null {
  const n = matrix.n;
  let agreed = 0;
  let chance = 0;
  for (const { truePositives, support, predicted } of matrix.classes()) {
    agreed += truePositives;
    chance += support * predicted;
  }
  // Disagreement observed over disagreement by chance: exact at both ends.
  const expected = n * n - chance;
  return expected === 0 ? null : 1 - ((n - agreed) * n) / expected;
}

/**
 * Matthews' correlation of target and prediction for any number of classes (R_K).
 * @returns in [−1, 1]; 0 when either side is constant (sklearn's convention); null when n = 0
 * @see https://doi.org/10.1016/j.compbiolchem.2004.09.006
 */
export function matthewsCorrelation(matrix: ConfusionMatrix): number | null {
  const n = matrix.n;
  if (n === 0) return null;
  let agreed = 0;
  let cross = 0;
  let targets = 0;
  let predictions = 0;
  for (const { truePositives, support, predicted } of matrix.classes()) {
    agreed += truePositives;
    cross += support * predicted;
    targets += support * support;
    predictions += predicted * predicted;
  }
  const spread = (n * n - targets) * (n * n - predictions);
  return spread === 0 ? 0 : (agreed * n - cross) / Math.sqrt(spread);
}
