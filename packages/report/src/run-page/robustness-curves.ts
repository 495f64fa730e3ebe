import type { ScoreSummary, Summary } from '@assay/core';
import { declaredRange } from '../charts/declared-range.ts';
import { niceScale, type Scale } from '../charts/nice-scale.ts';
import { groupBy } from '../collections/group-by.ts';
import { type ScoreDrop, scoreDrops } from './score-drops.ts';

/** A score over the strength of one disturbance, where a run has several: the same algorithm by several names. */
export interface RobustnessCurve {
  readonly score: string;
  /** `butter_finger`, and the option that says how strong it is: `probability`. */
  readonly kind: string;
  readonly option: string;
  readonly better: ScoreSummary['spec']['better'];
  readonly scale: Scale;
  /** The strongest; the axis begins at 0. */
  readonly strongest: number;
  readonly lines: readonly CurveLine[];
  /** Names of the algorithm in the run, one a strength. */
  readonly algorithms: readonly string[];
}

export interface CurveLine {
  /** Position among the run's models. */
  readonly model: number;
  /** The weakest disturbance first; at 0 stands the score on the inputs as they are, where it is known. */
  readonly points: readonly CurvePoint[];
}

export interface CurvePoint {
  readonly strength: number;
  readonly value: number;
  readonly interval: readonly [number, number] | null;
}

/** A score under one disturbance, and what is the same of all strengths of it. */
interface Disturbed {
  readonly score: ScoreSummary;
  readonly kind: string;
  readonly option: string;
  readonly strength: number;
  readonly rest: string;
}

/** Signatures pin a disturbance and its options: `perturb:butter_finger(probability=0.1)|`. */
const PERTURBED = /perturb:(\w+)\(([^)]*)\)\|/;
const DELTA = 'delta_';

export function robustnessCurves(summary: Summary): RobustnessCurve[] {
  const overall = summary.scores.filter(({ category, value }) => category === null && value !== null);
  const disturbed = overall.flatMap((score) => disturbedBy(score, overall));
  const drops = scoreDrops(summary);
  const places = new Map(summary.models.map(({ name }, at) => [name, at]));
  return [...groupBy(disturbed, ({ rest, option }) => `${option}\n${rest}`).values()].flatMap((group) => {
    const strengths = new Set(group.map(({ strength }) => strength));
    if (strengths.size < 2) return [];
    const { score, kind, option } = group[0]!;
    const lines = [...groupBy(group, (each) => each.score.model)].map(([model, own]) =>
      lineOf(places.get(model) ?? 0, own, drops),
    );
    const name = score.score.startsWith(DELTA) ? score.score.slice(DELTA.length) : score.score;
    const base = drops.find((drop) => drop.score === name && score.score.startsWith(DELTA));
    const values = lines.flatMap(({ points }) => points.flatMap(({ value, interval }) => [value, ...(interval ?? [])]));
    const scale = niceScale(values, declaredRange(score.spec), true);
    const algorithms = [...new Set(group.map((each) => each.score.algorithm))];
    const better = base?.better ?? score.spec.better;
    return [{ ...{ score: name, kind, option, better, scale, lines }, strongest: Math.max(...strengths), algorithms }];
  });
}

/** A score for each of its disturbance's options that is a number; none of a score whose change another one tells. */
function disturbedBy(score: ScoreSummary, overall: readonly ScoreSummary[]): Disturbed[] {
  const found = PERTURBED.exec(score.signature);
  const [whole = '', kind = '', settings = ''] = found ?? [];
  const hasDelta = overall.some(
    (each) => each.algorithm === score.algorithm && each.score === DELTA + score.score && each.model === score.model,
  );
  if (found === null || hasDelta) return [];
  const options = settings.split(',').map((each) => each.split('=') as [string, string?]);
  return options.flatMap(([option, value]) => {
    const strength = Number(value);
    if (value === undefined || value === '' || !Number.isFinite(strength)) return [];
    const others = options.map(([name, own]) => (name === option ? `${name}=*` : `${name}=${own}`)).join(',');
    const rest = `${score.score}\n${score.signature.replace(whole, `perturb:${kind}(${others})|`)}`;
    return [{ score, kind, option, strength, rest }];
  });
}

function lineOf(model: number, own: readonly Disturbed[], drops: readonly ScoreDrop[]): CurveLine {
  const points = own.flatMap(({ score, strength }): CurvePoint[] => {
    if (!score.score.startsWith(DELTA)) return [{ strength, value: score.value!, interval: score.interval }];
    const drop = drops.find((each) => each.algorithm === score.algorithm && DELTA + each.score === score.score);
    const { from = null, to = null, interval = null } = drop?.models.find((each) => each.model === model) ?? {};
    if (drop === undefined || from === null || to === null) return [];
    const sign = drop.better === 'lower' ? 1 : -1;
    const [low, high] = score.spec.range;
    const ends = interval?.map((end) => Math.min(high, Math.max(low, from + sign * end))).toSorted((a, b) => a - b);
    return [
      { strength: 0, value: from, interval: null },
      { strength, value: to, interval: ends === undefined ? null : [ends[0]!, ends[1]!] },
    ];
  });
  const byStrength = new Map(points.map((point) => [point.strength, point]));
  return { model, points: [...byStrength.values()].sort((a, b) => a.strength - b.strength) };
}
