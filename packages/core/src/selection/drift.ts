import { agrestiCaffo, holm, Moments, normalQuantile, welchTTest } from '@assay/metrics';
import type { ComparableScore } from './compare-models.ts';
import { isBinary } from './mean-test.ts';
import type { ModelScores } from './model-scores.ts';
import { goodness } from './selection-objectives.ts';
import { mirrored } from './target-distance.ts';

/** How one score has moved from a baseline run to a later one whose samples are others. */
export interface Drift {
  readonly algorithm: string;
  readonly score: string;
  /** Samples that have the score. */
  readonly baselineN: number;
  readonly currentN: number;
  readonly baselineMean: number | null;
  readonly currentMean: number | null;
  /** Current mean − baseline mean; null where a side has no samples. */
  readonly difference: number | null;
  readonly interval: readonly [number, number] | null;
  readonly test: string;
  readonly pValue: number;
  /** After Holm over the scores looked at together. */
  readonly adjustedPValue: number;
  readonly verdict: 'better' | 'worse' | 'cannot tell';
  readonly reason: string;
}

/** Power with which a drift is said to be found. */
const POWER = 0.8;

/**
 * Current against baseline as two independent samples: prompts of production are never the same twice, so nothing can be
 * paired. Welch's t for scores, Agresti–Caffo for shares; p-values adjusted over the scores by Holm.
 */
export function driftOf(
  baseline: ModelScores,
  current: ModelScores,
  scores: readonly ComparableScore[],
  confidence: number = 0.95,
): Drift[] {
  const raw = scores.map((score) => {
    const key = `${score.algorithm}.${score.score}`;
    const sides = { baseline: valuesOf(baseline, key), current: valuesOf(current, key) };
    const found = compare(sides, confidence);
    const { better } = score.spec;
    if (typeof better !== 'object') return { score, ...found };
    // Nearer to the target only where the means differ, and are not as far from it on either side of it.
    const across = compare(mirrored(sides, better.target), confidence);
    const test = `${found.test}, distance from ${better.target}`;
    return { score, ...found, test, pValue: Math.max(found.pValue, across.pValue) };
  });
  const adjusted = holm(raw.map(({ pValue }) => pValue));
  return raw.map(({ score: { algorithm, score, spec }, standardError, ...rest }, at): Drift => {
    const adjustedPValue = adjusted[at]!;
    const found = { algorithm, score, ...rest, adjustedPValue };
    const { baselineN, currentN, baselineMean, currentMean, test } = rest;
    if (baselineMean === null || currentMean === null || rest.interval === null)
      return { ...found, verdict: 'cannot tell', reason: 'too few samples, or none that differ' };
    if (adjustedPValue > 1 - confidence + 1e-12) {
      // What this many samples would have shown.
      const visible =
        (normalQuantile(1 - (1 - confidence) / (2 * scores.length)) + normalQuantile(POWER)) * standardError;
      const reason = `${test}; a drift of ${visible.toPrecision(2)} would have been found with 80 % power`;
      return { ...found, verdict: 'cannot tell', reason };
    }
    const isBetter = goodness(currentMean, spec.better) > goodness(baselineMean, spec.better);
    return {
      ...found,
      verdict: isBetter ? 'better' : 'worse',
      reason: `${test}, ${baselineN} and ${currentN} samples`,
    };
  });
}

function compare(
  { baseline, current }: { readonly baseline: Float64Array; readonly current: Float64Array },
  confidence: number,
): Omit<Drift, 'algorithm' | 'score' | 'adjustedPValue' | 'verdict' | 'reason'> & { readonly standardError: number } {
  const [before, after] = [Moments.of(baseline), Moments.of(current)];
  const [baselineMean, currentMean] = [before.mean(), after.mean()];
  const shares = (values: Float64Array) => ({
    successes: values.filter((value) => value === 1).length,
    n: values.length,
  });
  const spread = (moments: Moments, n: number) => ({ n, mean: moments.mean() ?? 0, variance: moments.variance() ?? 0 });
  const isShare = isBinary(baseline) && isBinary(current);
  const { pvalue, interval, standardError } = isShare
    ? agrestiCaffo(shares(current), shares(baseline), confidence)
    : welchTTest(spread(after, current.length), spread(before, baseline.length), confidence);
  const isKnown = !Number.isNaN(pvalue);
  return {
    baselineN: baseline.length,
    currentN: current.length,
    baselineMean,
    currentMean,
    difference: baselineMean === null || currentMean === null ? null : currentMean - baselineMean,
    interval: isKnown ? [interval[0], interval[1]] : null,
    test: isShare ? 'two proportions (Agresti–Caffo)' : 'Welch’s t',
    pValue: isKnown ? pvalue : 1,
    standardError,
  };
}

function valuesOf({ columns }: ModelScores, key: string): Float64Array {
  return (columns.get(key) ?? new Float64Array()).filter((value) => !Number.isNaN(value));
}
