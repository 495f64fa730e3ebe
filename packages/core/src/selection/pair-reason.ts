import { DifferenceSums, flipsPvalue, type MeanDifference, normalQuantile, studentCdf } from '@assay/metrics';
import type { PairVerdict } from '../results/summary.ts';
import { neededPairsOf, POWER } from './pair-power.ts';
import type { ScoreDifference } from './score-difference.ts';

const ENDS = 1.25;

/** How a difference became known, in words. */
const METHODS: Readonly<Record<string, string>> = {
  flips: 'paired 0/1',
  'paired-ends': 'paired',
  'paired-cluster-ends': 'paired, by cluster',
  'paired-weighted-ends': 'paired, by weight',
  'one-cluster': 'all samples are of one cluster',
  'paired-jackknife': 'paired jackknife',
  'paired-delong': 'paired DeLong',
  'paired-median': 'paired sign test',
  labels: 'paired human labels',
  judge: 'paired human labels, corrected by the judge',
  bridged: 'paired, across two judges by answers that both judged',
  'both-judges': 'paired, answers that both judges judged alone',
};

/** The method, with what is compared where that is not the score itself. */
export function methodWords({ found, measure }: Pick<ScoreDifference, 'found' | 'measure'>): string {
  if (found === null) return 'none';
  const words = METHODS[found.method] ?? found.method;
  return measure === undefined ? words : `${words}, ${measure}`;
}

/**
 * Why a verdict is what it is, for people.
 * @param level at which the interval was made
 */
export function reasonOf(difference: ScoreDifference, verdict: PairVerdict, level: number, margin?: number): string {
  const { n, found, caveat } = difference;
  const parts = [...(caveat === undefined ? [] : [caveat])];
  if (n === 0) return ['no sample has this score on both sides', ...parts].join('; ');
  if (found === null) return parts.length > 0 ? parts.join('; ') : 'no method is known for these samples';
  if (verdict === 'cannot tell') return [...undecided(difference, found, level), ...parts].join('; ');
  parts.unshift(...withinMargin(difference, verdict, level, margin));
  const undone = verdict === 'better' || verdict === 'worse' ? undoneBy(difference, level) : undefined;
  if (undone !== undefined) parts.unshift(undone);
  return [`${n.toLocaleString('en-US')} samples`, ...parts].join('; ');
}

function withinMargin({ found }: ScoreDifference, verdict: PairVerdict, level: number, margin?: number): string[] {
  if (margin === undefined || found === null || (verdict !== 'better' && verdict !== 'worse')) return [];
  const [low, high] = found.interval(1 - level);
  return low > -margin && high < margin ? [`by less than the margin ${margin}`] : [];
}

function undecided(difference: ScoreDifference, found: MeanDifference, level: number): string[] {
  const { n, most } = difference;
  if (found.method === 'one-cluster') return ['all samples are of one cluster, which says nothing of others'];
  if (found.difference === 0) return [`no difference on ${n} samples`];
  const needed = neededFor(difference, found, level);
  const samples =
    Number.isFinite(needed) && needed > n
      ? [`a difference of this size needs about ${roundUp(needed)} samples, and there are ${n}`]
      : [];
  if (most === null || n < 2) return samples.length > 0 ? samples : ['too few samples'];
  // Student's t alone would call it: what stands against it is what was not seen.
  const { moments, wins, losses } = sumsOf(difference);
  const [mean, error] = [moments.mean() ?? 0, moments.standardError() ?? 0];
  const plain = error === 0 ? Number(mean === 0) : 2 * studentCdf(-Math.abs(mean) / error, n - 1);
  const against = Math.sign(mean);
  const worst = (against > 0 ? losses : wins) > 0;
  if (plain > level || worst) return samples.length > 0 ? samples : ['the differences go both ways'];
  return [`one ${against * difference.sign > 0 ? 'loss' : 'win'} in ${n} samples would undo this`, ...samples];
}

function sumsOf({ sums, column }: Pick<ScoreDifference, 'sums' | 'column'>): DifferenceSums {
  return sums ?? DifferenceSums.of(column);
}

/** Pairs that a difference like the one seen would need. */
function neededFor(difference: ScoreDifference, found: MeanDifference, level: number): number {
  const { most, n } = difference;
  if (most !== null) {
    const { moments } = sumsOf(difference);
    const isFlips = found.method === 'flips';
    const shape = { mean: moments.mean() ?? 0, sd: Math.sqrt(moments.variance() ?? 0), most, isFlips };
    return neededPairsOf(shape, level);
  }
  // The interval's width falls with the root of the number of samples.
  const [low, high] = found.interval(1 - level);
  if (!Number.isFinite(high - low) || found.difference === 0) return Number.POSITIVE_INFINITY;
  const z = -normalQuantile(level / 2);
  const error = (high - low) / (2 * z);
  return Math.ceil(n * (((z + normalQuantile(POWER)) * error) / found.difference) ** 2);
}

/** How many more samples that go wholly the other way would undo a verdict. */
function undoneBy(difference: ScoreDifference, level: number): string | undefined {
  const { found, most, n, sign, ends } = difference;
  if (most === null || found === null) return undefined;
  const direction = Math.sign(found.difference);
  const sums = sumsOf(difference);
  const pvalueWith = found.method === 'flips' ? flipsWith(sums, direction) : endsWith(sums, most, direction, ends);
  const holds = (more: number) => pvalueWith(more) <= level + 1e-12;
  if (!holds(0)) return undefined;
  let [low, high] = [0, 1];
  while (holds(high)) {
    [low, high] = [high, 2 * high];
    if (high > 4 * n) return undefined;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  const what = direction * sign > 0 ? (high === 1 ? 'loss' : 'losses') : high === 1 ? 'win' : 'wins';
  return `${high === 1 ? 'one more' : `${high.toLocaleString('en-US')} more`} whole ${what} would undo this`;
}

function flipsWith({ wins, losses, moments }: DifferenceSums, direction: number): (more: number) => number {
  const [ahead, behind] = direction > 0 ? [wins, losses] : [losses, wins];
  return (more) => flipsPvalue({ wins: ahead, losses: behind + more, n: moments.n + more });
}

/** The ends interval's own test, on the moments with `more` differences of −most in the direction of the mean. */
function endsWith({ moments }: DifferenceSums, most: number, direction: number, ends = ENDS): (more: number) => number {
  const { n: pairs } = moments;
  const mean = ((moments.mean() ?? 0) * direction) / most;
  const squares = (moments.variance() ?? 0) * (pairs - 1);
  const ofSquares = squares / most ** 2 + pairs * mean ** 2;
  return (more) => {
    const n = pairs + more;
    const all = n + 2 * ends;
    const centre = (pairs * mean - more) / all;
    const spread = ofSquares + more + 2 * ends - all * centre ** 2;
    const t = Math.abs(centre) / Math.sqrt(spread / (all - 1) / all);
    return centre <= 0 ? 1 : 2 * studentCdf(-t, all - 1);
  };
}

/** Two significant digits: more would pretend to know. */
export function roundUp(count: number): string {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1);
  return (Math.ceil(count / unit) * unit).toLocaleString('en-US');
}
