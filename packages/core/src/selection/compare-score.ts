import { Moments } from '@assay/metrics';
import type { ScoreSpec } from '../algorithms/algorithm.ts';
import type { Comparison, LeftOut } from '../results/summary.ts';
import { type MeanTest, type Pairs, testMean } from './mean-test.ts';
import type { PairedValues } from './sample-pairs.ts';
import { type Gain, gainTowards, mirrored } from './target-distance.ts';

/** A paired comparison of one score before the p-values are adjusted for how many were made. */
export interface RawComparison extends MeanTest {
  readonly n: number;
  readonly baselineMean: number;
  readonly candidateMean: number;
  /** How much better the candidate is, in the direction of the score. */
  readonly gain: Gain;
  readonly leftOut: LeftOut;
}

/** Tests the mean of paired differences; `of` names the score. */
export type TestPairs = (pairs: Pairs & Pick<PairedValues, 'rows'>, of: string) => MeanTest;

/** One score of two models. @param test @default McNemar or a permutation test, at 95 % */
export function compareValues(
  values: PairedValues,
  { better }: ScoreSpec,
  of: string,
  test: TestPairs = fixedTest(0.95),
): RawComparison {
  const { baseline, candidate, leftOut } = values;
  const moved = test(values, of);
  const common = {
    n: baseline.length,
    baselineMean: Moments.of(baseline).mean() ?? 0,
    candidateMean: Moments.of(candidate).mean() ?? 0,
    leftOut,
  };
  if (typeof better === 'object') {
    const across = test(mirrored(values, better.target), of);
    return { ...common, ...moved, ...gainTowards(better.target, moved, across) };
  }
  const [low, high] = moved.interval ?? [moved.difference, moved.difference];
  const gain =
    better === 'higher'
      ? { mean: moved.difference, least: low, most: high }
      : { mean: -moved.difference, least: -high, most: -low };
  return { ...common, ...moved, gain };
}

/** For a number of samples that was fixed before the first was asked. */
export function fixedTest(confidence: number): TestPairs {
  return (pairs, of) => testMean(pairs, of, confidence);
}

/**
 * Better, worse or cannot tell, and why, in words.
 * @param tests how many comparisons the p-value is adjusted over: each needs the more samples for it
 */
export function verdictOf(
  raw: RawComparison,
  adjustedPValue: number,
  tests: number,
  confidence: number = 0.95,
): Pick<Comparison, 'verdict' | 'reason'> {
  const { n, gain, test } = raw;
  const alpha = 1 - confidence;
  if (n === 0) return { verdict: 'cannot tell', reason: 'no sample has this score on both sides' };
  if (gain.mean === 0) return { verdict: 'cannot tell', reason: `no difference on ${n} samples` };
  if (adjustedPValue > alpha + 1e-12) {
    const neededSamples = raw.neededSamples(alpha / tests);
    const needed =
      Number.isFinite(neededSamples) && neededSamples > n
        ? `; a difference of this size needs about ${roundUp(neededSamples)} samples, and there are ${n}`
        : '';
    return { verdict: 'cannot tell', reason: `${test}${needed}` };
  }
  return { verdict: gain.mean > 0 ? 'better' : 'worse', reason: `${test}, ${n} samples` };
}

/** Two significant digits: more would pretend to know. */
export function roundUp(count: number): string {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1);
  return (Math.ceil(count / unit) * unit).toLocaleString('en-US');
}
