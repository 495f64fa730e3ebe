import {
  compareFamily,
  correlationMatrix,
  independentDifference,
  type MeanDifference,
  Moments,
  momentsByKey,
  normalQuantile,
  weightClasses,
  weightedTotals,
} from '@assay/metrics';
import { NO_INTERVAL } from '../results/interval-words.ts';
import type { PairVerdict } from '../results/summary.ts';
import { askedScores, type ComparableScore, sampleScores, scoreKey } from './comparable-scores.ts';
import type { ModelScores } from './model-scores.ts';
import { isOutside } from './score-difference.ts';
import { distanceDifference, mirrored } from './target-distance.ts';
import { verdictOfInterval } from './verdict.ts';

/** How one score has moved from a baseline run to a later one whose samples are others. */
export interface Drift {
  readonly algorithm: string;
  readonly score: string;
  /** Samples that have the score. */
  readonly baselineN: number;
  readonly currentN: number;
  readonly baselineMean: number | null;
  readonly currentMean: number | null;
  /** What differs, where it is not the score itself. */
  readonly measure?: string;
  /** Current − baseline; null where a side has no samples. */
  readonly difference: number | null;
  /** Holds for this score alone. */
  readonly interval: readonly [number, number] | null;
  readonly test: string;
  readonly pValue: number;
  /** Hold together with all that were adjusted; null without a verdict. */
  readonly adjustedInterval: readonly [number, number] | null;
  readonly adjustedPValue: number | null;
  readonly family: number;
  readonly open?: true;
  readonly margin?: number;
  readonly verdict: PairVerdict | null;
  readonly reason: string;
}

/** Power with which a drift is said to be found. */
const POWER = 0.8;

interface Side {
  readonly values: Float64Array;
  readonly clusters: readonly string[] | undefined;
  readonly weights: Float64Array | undefined;
}

interface Moved {
  readonly score: ComparableScore;
  readonly sides: { readonly baseline: Side; readonly current: Side };
  readonly found: MeanDifference | null;
}

/**
 * Current against baseline as two independent samples: prompts of production are never the same twice, so nothing can be
 * paired. Verdicts are for primary scores, adjusted together by how those go together within each side.
 */
export function driftOf(
  baseline: ModelScores,
  current: ModelScores,
  scores: readonly ComparableScore[],
  confidence: number = 0.95,
): Drift[] {
  const all = askedScores(sampleScores(scores)).map((score): Moved => {
    const sides = { baseline: sideOf(baseline, scoreKey(score)), current: sideOf(current, scoreKey(score)) };
    return { score, sides, found: difference(sides, score) };
  });
  const family = all.filter(({ score, found }) => score.spec.primary === true && found !== null);
  const judged = compareFamily(
    family.map(({ found }) => found!),
    { alpha: 1 - confidence, correlation: correlationOf(family, baseline, current) },
  );
  const members = new Map(family.map((each, at) => [each, judged[at]!] as const));
  return all.map((each) => driftRow(each, members.get(each), family.length, confidence));
}

function driftRow(
  { score: { algorithm, score, spec }, sides, found }: Moved,
  judged: ReturnType<typeof compareFamily>[number] | undefined,
  family: number,
  confidence: number,
): Drift {
  const [before, after] = [meanOf(sides.baseline), meanOf(sides.current)];
  const { better, margin, primary } = spec;
  const sign = better === 'higher' ? 1 : -1;
  const level = 1 - (judged?.confidence ?? confidence);
  const [low, high] = judged?.interval ?? [0, 0];
  const ends = sign > 0 ? ([low, high] as const) : ([-high, -low] as const);
  const decided = judged === undefined ? 'cannot tell' : verdictOfInterval({ ends, open: judged.open }, margin);
  const verdict = primary === true ? decided : null;
  return {
    algorithm,
    score,
    baselineN: before.n,
    currentN: after.n,
    baselineMean: before.mean,
    currentMean: after.mean,
    ...(typeof better === 'object' ? { measure: `distance from ${better.target}` } : {}),
    difference: found?.difference ?? null,
    interval: found === null ? null : found.interval(confidence),
    test: found === null ? 'none' : 'two independent samples',
    pValue: found?.pvalue() ?? 1,
    adjustedInterval: judged?.interval ?? null,
    adjustedPValue: judged?.adjustedPvalue ?? (primary === true ? 1 : null),
    family: primary === true ? family : 0,
    ...(judged?.open === true ? { open: true } : {}),
    ...(margin === undefined ? {} : { margin }),
    verdict,
    reason: verdict === null ? '' : reasonOf(found, verdict, level, sides),
  };
}

function reasonOf(
  found: MeanDifference | null,
  verdict: PairVerdict,
  level: number,
  { baseline, current }: Moved['sides'],
): string {
  if ([baseline, current].some(hasNoWeight)) return NO_INTERVAL.no_weight;
  if (found === null) return 'too few samples, or a score without bounds';
  const [before, after] = [baseline.values.length, current.values.length];
  if (verdict !== 'cannot tell') return `${before} and ${after} samples`;
  const [low, high] = found.interval(1 - level);
  const error = (high - low) / (2 * normalQuantile(1 - level / 2));
  const visible = (normalQuantile(1 - level / 2) + normalQuantile(POWER)) * error;
  return `a drift of ${visible.toPrecision(2)} would have been found with 80 % power`;
}

function difference(
  { baseline, current }: Moved['sides'],
  { spec: { range, better } }: ComparableScore,
): MeanDifference | null {
  if (!Number.isFinite(range[1] - range[0])) return null;
  if ([baseline, current].some((side) => isOutside(side.values, range) || hasNoWeight(side))) return null;
  const between = (before: Float64Array, within: readonly [number, number]): MeanDifference | null =>
    independentDifference(momentsOf({ ...baseline, values: before }), momentsOf(current), within as [number, number]);
  const moved = between(baseline.values, range);
  if (typeof better !== 'object') return moved;
  const mirror = mirrored({ baseline: baseline.values }, better.target).baseline;
  const [low, high] = [
    Math.min(range[0], 2 * better.target - range[1]),
    Math.max(range[1], 2 * better.target - range[0]),
  ];
  const across = between(mirror, [low, high]);
  return moved === null || across === null ? null : distanceDifference(moved, across);
}

/** Whether there are samples, and none counts. */
function hasNoWeight({ values, weights }: Side): boolean {
  return values.length > 0 && weights?.every((weight) => weight === 0) === true;
}

function meanOf(side: Side): { readonly n: number; readonly mean: number | null } {
  const { values, weights } = side;
  if (weights === undefined) return { n: values.length, mean: Moments.of(values).mean() };
  const mean = hasNoWeight(side) ? null : (weightedTotals(weightClasses(values, weights))?.mean ?? null);
  return { n: values.length, mean };
}

function momentsOf({ values, clusters, weights }: Side) {
  const scores = Moments.of(values);
  if (weights !== undefined) return { scores, classes: weightClasses(values, weights, clusters) };
  return clusters === undefined ? { scores } : { scores, clusters: momentsByKey(values, clusters) };
}

/** Values of the samples that have the score, and their clusters where any two share one. */
function sideOf({ columns, clusters, weights }: ModelScores, key: string): Side {
  const column = columns.get(key) ?? new Float64Array();
  const kept = Array.from(column.keys()).filter((at) => !Number.isNaN(column[at]!));
  const names = kept.map((at) => clusters[at] ?? `sample ${at}`);
  const isGrouped = new Set(names).size < names.length;
  return {
    values: Float64Array.from(kept, (at) => column[at]!),
    clusters: isGrouped ? names : undefined,
    weights: weights && Float64Array.from(kept, (at) => weights[at]!),
  };
}

/** How the differences go together: what scores have in common within each side, by what it adds to the variance. */
function correlationOf(family: readonly Moved[], baseline: ModelScores, current: ModelScores) {
  return correlationMatrix(
    family.map(({ score }) => {
      const key = scoreKey(score);
      return [baseline, current].flatMap((side) => {
        const column = side.columns.get(key) ?? new Float64Array(side.rows.length).fill(Number.NaN);
        const own = sideOf(side, key);
        const mean = meanOf(own).mean ?? 0;
        const all = own.weights === undefined ? own.values.length : Moments.of(own.weights).sum();
        const weightOf = (at: number) => side.weights?.[at] ?? 1;
        return Array.from(column, (value, at) =>
          Number.isNaN(value) || all === 0 ? 0 : (weightOf(at) * (value - mean)) / all,
        );
      });
    }),
  );
}
