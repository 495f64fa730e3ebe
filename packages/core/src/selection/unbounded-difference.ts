import { type Interval, type MeanDifference, mcnemarTest, quantileEstimate } from '@assay/metrics';

const WHOLE: Interval = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

/**
 * The median of paired differences of a score without bounds (latency, perplexity), with its interval of order statistics
 * and the sign test, which are one inversion. It holds for any distribution, and one huge value moves it by one place; of
 * the mean nothing can be said that a value which was not seen could not undo.
 * @returns null without pairs, or where they come in clusters
 */
export function unboundedDifference(
  differences: Float64Array,
  clusters: Int32Array | null,
): MeanDifference<'paired-median'> | null {
  const found = quantileEstimate(Array.from(differences, (value) => [value, 1] as const));
  if (found === null || clusters !== null) return null;
  const { n, value: median } = found;
  // Those that lie on the border count against either side.
  const least = (border: number) =>
    Math.min(
      differences.filter((value) => value <= border).length,
      differences.filter((value) => value >= border).length,
    );
  return {
    method: 'paired-median',
    n,
    difference: median,
    interval: (confidence) => found.interval(confidence) ?? WHOLE,
    pvalue: (border = 0) => {
      const fewer = least(border);
      return 2 * fewer >= n ? 1 : mcnemarTest(fewer, n - fewer).pvalue;
    },
    side: (border = 0) => Math.sign(median - border) as -1 | 0 | 1,
  };
}
