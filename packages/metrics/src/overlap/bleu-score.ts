import { type BleuOptions, SMOOTHING_VALUES } from './bleu-options.ts';

/** BLEU with what it was made from, as sacreBLEU reports it. */
export interface BleuScore {
  /** In [0, 100]. */
  readonly score: number;
  /** Of each n-gram order, in [0, 100], smoothed. */
  readonly precisions: readonly number[];
  readonly brevityPenalty: number;
  readonly hypothesisLength: number;
  /** Sum of the reference lengths closest to the hypothesis'. */
  readonly referenceLength: number;
  /** Matching n-grams of each order (`add-k` includes its k). */
  readonly counts: readonly number[];
  /** N-grams of the hypothesis of each order (`add-k` includes its k). */
  readonly totals: readonly number[];
}

/** sacreBLEU's logarithm of 0. */
const LOG_OF_ZERO = -9999999999;

/**
 * BLEU from statistics `[hypothesis length, reference length, counts…, totals…]`; 0 without any matching n-gram.
 * @see https://github.com/mjpost/sacrebleu/blob/v2.6.0/sacrebleu/metrics/bleu.py `compute_bleu`
 */
export function bleuScore(statistics: Float64Array, options: BleuOptions = {}): BleuScore {
  const orders = options.maxOrder ?? 4;
  const smoothing = options.smoothing ?? 'exp';
  const value = options.smoothingValue ?? SMOOTHING_VALUES[smoothing] ?? 0;
  const hypothesisLength = statistics[0]!;
  const referenceLength = statistics[1]!;
  const counts: number[] = [];
  const totals: number[] = [];
  const precisions: number[] = [];
  let matches = 0;
  for (let n = 0; n < orders; n++) {
    counts.push(statistics[2 + n]!);
    totals.push(statistics[2 + orders + n]!);
    precisions.push(0);
    matches += counts[n]!;
  }
  const brevityPenalty = penalty(hypothesisLength, referenceLength);
  if (matches === 0) {
    return { score: 0, precisions, brevityPenalty, hypothesisLength, referenceLength, counts, totals };
  }

  let halving = 1;
  let effectiveOrder = orders;
  for (let n = 0; n < orders; n++) {
    if (smoothing === 'add-k' && n > 0) {
      counts[n]! += value;
      totals[n]! += value;
    }
    if (totals[n] === 0) break;
    if (options.effectiveOrder === true) effectiveOrder = n + 1;
    if (counts[n] !== 0) {
      precisions[n] = (100 * counts[n]!) / totals[n]!;
    } else if (smoothing === 'exp') {
      halving *= 2;
      precisions[n] = 100 / (halving * totals[n]!);
    } else if (smoothing === 'floor') {
      precisions[n] = (100 * value) / totals[n]!;
    }
  }
  let logarithms = 0;
  for (let n = 0; n < effectiveOrder; n++) {
    logarithms += precisions[n] === 0 ? LOG_OF_ZERO : Math.log(precisions[n]!);
  }
  const score = brevityPenalty * Math.exp(logarithms / effectiveOrder);
  return { score, precisions, brevityPenalty, hypothesisLength, referenceLength, counts, totals };
}

function penalty(hypothesisLength: number, referenceLength: number): number {
  if (hypothesisLength >= referenceLength) return 1;
  return hypothesisLength > 0 ? Math.exp(1 - referenceLength / hypothesisLength) : 0;
}
