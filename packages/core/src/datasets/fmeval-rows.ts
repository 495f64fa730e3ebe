import { pandasSample } from '@assay/metrics';

/** FMEval draws among this many rows at most, the first ones. */
const CANDIDATES = 100_000;
const FMEVAL_SEED = 1234;

/**
 * The rows that FMEval evaluates with `num_records: n`, in its order: `DataFrame.sample(min(n, count), random_state=1234)`
 * over the first 100,000, which shuffles even where all are taken.
 */
export function fmevalRows(count: number, n: number, seed: number = FMEVAL_SEED): number[] {
  const candidates = Math.min(count, CANDIDATES);
  return pandasSample(candidates, Math.min(n, candidates), seed);
}
