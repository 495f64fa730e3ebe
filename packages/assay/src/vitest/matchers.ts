import { comparableScores, compareModels, pairSamples, readRun, runFolder, ScoredRun } from '@assay/core';
import type { EvaluationRun, Figure, ScoreChoice } from '../library/evaluation-run.ts';

/** What an interval that spans the bound means: data too few to tell. */
export type Inconclusive = 'pass' | 'fail';

export interface ScoreBound extends ScoreChoice {
  /**
   * `fail` wants the whole interval beyond the bound: the data show it. `pass` wants the value there, and fails only where the
   * interval shows the opposite. @default 'fail'
   */
  readonly inconclusive?: Inconclusive;
}

export interface WorseBound {
  /** One score, as `algorithm.score`. @default every score that both have */
  readonly score?: string;
  /** How much worse is still no matter, in the score's own unit. @default 0 */
  readonly margin?: number;
  /** @default 'pass': only a difference that the data show fails */
  readonly inconclusive?: Inconclusive;
}

interface Verdict {
  readonly pass: boolean;
  readonly message: () => string;
}

const figure = (value: number): string => value.toFixed(3);

function shown({ value, interval, n, confidence }: Figure): string {
  if (value === null) return 'no value: no sample has this score';
  const range =
    interval === null ? 'no interval' : `${confidence * 100} % interval ${interval.map(figure).join(' … ')}`;
  return `${figure(value)} (${range}, n ${n})`;
}

function bounded(run: EvaluationRun, name: string, bound: number, where: ScoreBound, sign: 1 | -1): Verdict {
  const found = run.score(name, where);
  const { value, interval } = found;
  const words = sign === 1 ? 'at least' : 'at most';
  const head = `${name}${where.model === undefined ? '' : ` of ${where.model}`} is ${shown(found)}`;
  if (value === null) return { pass: false, message: () => `${head}, and should be ${words} ${bound}` };
  const [low, high] = interval ?? [value, value];
  const [worst, best] = sign === 1 ? [low, high] : [high, low];
  const beyond = (end: number): boolean => sign * (end - bound) >= 0;
  const isShown = beyond(worst);
  const isRefuted = !beyond(best);
  const why = isShown
    ? 'the data show it'
    : isRefuted
      ? 'the data show the opposite'
      : 'inconclusive: too few samples to tell';
  const pass = where.inconclusive === 'pass' ? beyond(value) && !isRefuted : isShown;
  return { pass, message: () => `${head}, and should ${pass ? 'not ' : ''}be ${words} ${bound}: ${why}` };
}

/** Whether a score is at least `bound`, by its interval. */
export function toScoreAtLeast(run: EvaluationRun, name: string, bound: number, where: ScoreBound = {}): Verdict {
  return bounded(run, name, bound, where, 1);
}

/** Whether a score is at most `bound`, by its interval. */
export function toScoreAtMost(run: EvaluationRun, name: string, bound: number, where: ScoreBound = {}): Verdict {
  return bounded(run, name, bound, where, -1);
}

/** Whether a run of one model is no worse than another of the same samples, by their paired differences. */
export async function toBeNoWorseThan(
  run: EvaluationRun,
  baseline: EvaluationRun,
  options: WorseBound = {},
): Promise<Verdict> {
  const { score, margin = 0, inconclusive = 'pass' } = options;
  const scores = comparableScores(run.summary.scores).filter(
    (each) => score === undefined || `${each.algorithm}.${each.score}` === score,
  );
  const pairs = pairSamples(await only(baseline), await only(run));
  const comparisons = compareModels(pairs, scores);
  if (comparisons.length === 0) return { pass: false, message: () => `the runs share no score ${score ?? ''}` };
  const worse = comparisons.flatMap(({ algorithm, score: name, difference, interval, n }) => {
    const spec = scores.find((each) => each.algorithm === algorithm && each.score === name)?.spec.better;
    const sign = spec === 'lower' ? -1 : 1;
    const [low, high] = interval ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    const [worst, best] = sign === 1 ? [low, high] : [-high, -low];
    const isShownWorse = best < -margin;
    const isSafe = worst >= -margin;
    const fails = inconclusive === 'pass' ? isShownWorse : !isSafe;
    const range = interval === null ? 'no interval' : `interval ${interval.map(figure).join(' … ')}`;
    const why = isShownWorse ? 'the data show it is worse' : 'inconclusive: too few samples to tell';
    return fails ? [`${algorithm}.${name} ${figure(difference)} (${range}, n ${n}): ${why}`] : [];
  });
  const allowed = margin === 0 ? '' : ` by more than ${margin}`;
  return {
    pass: worse.length === 0,
    message: () =>
      worse.length === 0
        ? `no score is worse${allowed}`
        : `worse than the baseline${allowed}:\n  ${worse.join('\n  ')}`,
  };
}

async function only({ folder, models }: EvaluationRun) {
  const [model, ...others] = models;
  if (model === undefined || others.length > 0)
    throw new TypeError(`toBeNoWorseThan compares runs of one model each; this one has ${models.join(', ')}`);
  const scores = (await new ScoredRun(await readRun(runFolder(folder))).models()).get(model);
  if (scores === undefined) throw new TypeError(`the run in ${folder} has no samples of ${model}`);
  return scores;
}
