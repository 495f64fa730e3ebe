import { invalidArgument } from '../statistics/invalid-argument.ts';

/**
 * Brier score of a binary forecast: mean (p − y)².
 * @param probabilities of the positive class, in [0, 1]
 * @returns in [0, 1], lower is better; null when n = 0
 * @see https://doi.org/10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2
 */
export function brierScore(positive: readonly boolean[], probabilities: ArrayLike<number>): number | null {
  checkProbabilities(positive.length, probabilities);
  return meanOver(positive, (isPositive, i) => (probabilities[i]! - (isPositive ? 1 : 0)) ** 2);
}

/**
 * Log loss of a binary forecast: mean −ln P(observed class), P clipped to [ε, 1 − ε], ε = 2^-52 as sklearn does.
 * @returns at least 0, in nats, lower is better; null when n = 0
 */
export function logLoss(positive: readonly boolean[], probabilities: ArrayLike<number>): number | null {
  checkProbabilities(positive.length, probabilities);
  const epsilon = Number.EPSILON;
  return meanOver(positive, (isPositive, i) => {
    const p = Math.min(Math.max(probabilities[i]!, epsilon), 1 - epsilon);
    return -Math.log(isPositive ? p : 1 - p);
  });
}

/**
 * Expected calibration error: Σ_b (n_b / n) |share correct − mean confidence| over equal-width bins (a, b] of [0, 1];
 * the first bin holds 0 too.
 * @param correct whether each prediction was right
 * @param confidences stated probability of being right, in [0, 1]
 * @param bins how many @default 10
 * @returns in [0, 1], lower is better; null when n = 0
 * @see https://arxiv.org/abs/1706.04599 section 2
 */
export function expectedCalibrationError(
  correct: readonly boolean[],
  confidences: ArrayLike<number>,
  bins: number = 10,
): number | null {
  checkProbabilities(correct.length, confidences);
  if (!Number.isInteger(bins) || bins < 1) throw invalidArgument(`${bins} bins: must be at least 1`);
  if (correct.length === 0) return null;
  const gaps = new Float64Array(bins);
  correct.forEach((isCorrect, i) => {
    const confidence = confidences[i]!;
    const bin = Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1));
    gaps[bin]! += (isCorrect ? 1 : 0) - confidence;
  });
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / correct.length;
}

function meanOver(positive: readonly boolean[], term: (isPositive: boolean, i: number) => number): number | null {
  if (positive.length === 0) return null;
  return positive.reduce((sum, isPositive, i) => sum + term(isPositive, i), 0) / positive.length;
}

function checkProbabilities(n: number, probabilities: ArrayLike<number>): void {
  if (probabilities.length !== n) {
    throw invalidArgument(`${n} classes but ${probabilities.length} probabilities`, 'METRIC_LENGTH_MISMATCH');
  }
  for (let i = 0; i < n; i++) {
    const p = probabilities[i]!;
    if (!(p >= 0 && p <= 1)) throw invalidArgument(`${p} is no probability`);
  }
}
