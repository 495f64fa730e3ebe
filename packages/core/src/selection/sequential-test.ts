import { bettingTest, boundedSequence, Moments } from '@assay/metrics';
import type { ScoreSpec } from '../algorithms/algorithm.ts';
import type { TestPairs } from './compare-score.ts';

/** Whether a score's differences are bounded, which betting on them needs. */
export function hasBounds({ range: [from, to] }: ScoreSpec): boolean {
  return Number.isFinite(to - from) && from < to;
}

/**
 * Tests the pairs of a run that ended early by betting on their differences in the recorded random order, which stays
 * valid although the data chose when to stop.
 * @param inOrder compares two rows of the dataset by their place in that order
 * @param widthOf the greatest difference of a score of this name, either way
 */
export function sequentialTest(
  inOrder: (a: number, b: number) => number,
  widthOf: (of: string) => number,
  confidence: number,
): TestPairs {
  return ({ baseline, candidate, rows }, of) => {
    const order = Array.from(rows, (_, at) => at).sort((a, b) => inOrder(rows[a]!, rows[b]!));
    const differences = order.map((at) => candidate[at]! - baseline[at]!);
    const width = widthOf(of);
    const sequence = boundedSequence({ range: [-width, width], confidence });
    for (const difference of differences) sequence.add(difference);
    const shares = differences.map((difference) => Math.min(1, Math.max(0, (difference + width) / (2 * width))));
    return {
      difference: Moments.of(differences).mean() ?? 0,
      interval: differences.length === 0 ? null : [sequence.lower, sequence.upper],
      test: 'paired betting, valid at an early stop',
      pValue: bettingTest(shares, 0.5, { confidence }),
      neededSamples: () => Number.POSITIVE_INFINITY,
    };
  };
}

/** The greatest difference of two values of a score, or of one and another mirrored at its target. */
export function widestDifference({ range: [from, to], better }: ScoreSpec): number {
  return typeof better === 'object' ? 2 * Math.max(to - better.target, better.target - from) : to - from;
}
