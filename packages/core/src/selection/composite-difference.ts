import type { Interval, MeanDifference } from '@assay/metrics';

/** The least level at which a p-value is looked for. */
const SMALLEST = 1e-12;
/** Halvings of its logarithm. */
const STEPS = 60;

/**
 * A difference of which only the interval is known at every level; its test is the inversion of that. The interval must grow
 * with the confidence.
 */
export function invertedDifference<Method extends string>(
  parts: Pick<MeanDifference<Method>, 'method' | 'n' | 'difference'>,
  interval: (confidence: number) => Interval,
): MeanDifference<Method> {
  const excludes = (alpha: number, border: number) => {
    const [low, high] = interval(1 - alpha);
    return low > border || high < border;
  };
  return {
    ...parts,
    interval: (confidence = 0.95) => interval(confidence),
    pvalue: (border = 0) => {
      if (excludes(SMALLEST, border)) return SMALLEST;
      let [low, high] = [Math.log(SMALLEST), 0];
      if (!excludes(1 - 1e-9, border)) return 1;
      for (let step = 0; step < STEPS; step += 1) {
        const middle = (low + high) / 2;
        if (excludes(Math.exp(middle), border)) high = middle;
        else low = middle;
      }
      return Math.exp(high);
    },
    side: (border = 0) => Math.sign(parts.difference - border) as -1 | 0 | 1,
  };
}
