import type { SelectionConfig } from '../config/schema/decision-config.ts';
import { AssayError } from '../errors/assay-error.ts';
import type { ScoreSummary, Summary } from '../results/summary.ts';
import type { ModelScores } from './aligned-scores.ts';
import { compareModels } from './compare-models.ts';
import { type ModelRank, rankModels } from './rank-models.ts';

/** The model chosen, those it cannot be told apart from, and why. */
export interface Selection {
  readonly model: string;
  readonly score: string;
  readonly value: number | null;
  readonly tied: readonly string[];
  readonly ranks: readonly ModelRank[];
  readonly reason: string;
}

/**
 * Chooses the best model of a run, never by a difference that noise explains: models whose paired difference is not
 * significant are tied, and the config's `prefer` decides between them.
 * @throws AssayError CONFIG_INVALID for a score that the run does not have
 */
export function selectModel(
  summary: Summary,
  models: ReadonlyMap<string, ModelScores>,
  config: SelectionConfig = {},
): Selection {
  const row = decidingScore(summary, config);
  const name = `${row.algorithm}.${row.score}`;
  const higher = config.direction === undefined ? row.spec.better !== 'lower' : config.direction === 'max';
  const spec =
    config.direction === undefined
      ? row.spec
      : { ...row.spec, better: higher ? ('higher' as const) : ('lower' as const) };
  const values = new Map(summary.models.map(({ name: model }) => [model, scoreValueOf(summary, model, row)]));
  const gathered = summary.models.map(({ name: model }) => models.get(model)).filter((scores) => scores !== undefined);
  const comparisons = gathered.flatMap((baseline, at) =>
    gathered
      .slice(at + 1)
      .flatMap((candidate) =>
        compareModels(baseline, candidate, [{ algorithm: row.algorithm, score: row.score, spec }]),
      ),
  );
  const better = (a: string, b: string): number =>
    distance(values.get(a) ?? null, spec.better) - distance(values.get(b) ?? null, spec.better);
  const byValue = summary.models.map(({ name: model }) => model).sort(better);
  const leader = byValue[0]!;
  const tied = byValue.filter((model) => model !== leader && isTied(leader, model, comparisons, values, config));
  const ranks = rankModels(values, comparisons, higher);
  const chosen = tied.length === 0 || config.tie === 'first' ? leader : prefer([leader, ...tied], summary, config);
  return {
    model: chosen,
    score: name,
    value: values.get(chosen) ?? null,
    tied: [leader, ...tied].filter((model) => model !== chosen),
    ranks,
    reason: reasonOf(chosen, leader, tied, name, values, config),
  };
}

function decidingScore(summary: Summary, config: SelectionConfig): ScoreSummary {
  const overall = summary.scores.filter(({ category }) => category === null);
  const wanted = config.score?.split('.') ?? [];
  const algorithm = wanted.length > 1 ? wanted[0] : config.algorithm;
  const score = wanted.at(-1);
  const row = overall.find(
    (each) =>
      (algorithm === undefined || each.algorithm === algorithm) && (score === undefined || each.score === score),
  );
  if (row !== undefined) return row;
  throw new AssayError(
    'CONFIG_INVALID',
    `selection names ${config.score ?? config.algorithm}, which the run does not have`,
    {
      hint: `It has: ${[...new Set(overall.map((each) => `${each.algorithm}.${each.score}`))].join(', ')}.`,
    },
  );
}

function scoreValueOf(summary: Summary, model: string, { algorithm, score }: ScoreSummary): number | null {
  return (
    summary.scores.find(
      (row) => row.model === model && row.algorithm === algorithm && row.score === score && row.category === null,
    )?.value ?? null
  );
}

/** Smaller is better, whatever the score's own direction. */
function distance(value: number | null, better: ScoreSummary['spec']['better']): number {
  if (value === null) return Number.POSITIVE_INFINITY;
  if (better === 'higher') return -value;
  return better === 'lower' ? value : Math.abs(value - better.target);
}

function isTied(
  leader: string,
  model: string,
  comparisons: ReturnType<typeof compareModels>,
  values: ReadonlyMap<string, number | null>,
  config: SelectionConfig,
): boolean {
  if (config.tie === 'first' || config.tie === 'all') return values.get(leader) === values.get(model);
  const found = comparisons.find(
    ({ baseline, candidate }) =>
      (baseline === leader && candidate === model) || (baseline === model && candidate === leader),
  );
  return found === undefined ? values.get(leader) === values.get(model) : found.verdict === 'cannot tell';
}

function prefer(models: readonly string[], summary: Summary, config: SelectionConfig): string {
  const order = summary.models.map(({ name }) => name).filter((name) => models.includes(name));
  const cost = costOf(summary, config.prefer);
  return cost === undefined ? order[0]! : order.sort((a, b) => cost(a) - cost(b))[0]!;
}

/** What the preferred model has least of; sizes and prices are not in a summary, so tokens stand for cost. */
function costOf(summary: Summary, by: SelectionConfig['prefer']): ((model: string) => number) | undefined {
  if (by === 'latency') return (model) => summary.timing.latencyMs[model]?.mean ?? 0;
  if (by !== 'cost') return undefined;
  const tokens = new Map(summary.models.map(({ name, promptTokens, newTokens }) => [name, promptTokens + newTokens]));
  return (model) => tokens.get(model) ?? 0;
}

function reasonOf(
  chosen: string,
  leader: string,
  tied: readonly string[],
  score: string,
  values: ReadonlyMap<string, number | null>,
  config: SelectionConfig,
): string {
  const value = values.get(chosen)?.toFixed(3) ?? 'none';
  if (values.size === 1) return `the only model; ${score} ${value}`;
  if (tied.length === 0) return `better than every other model on ${score} (${value}), beyond what chance explains`;
  const how = HOW[config.prefer ?? 'order'];
  return `${[leader, ...tied].join(', ')} cannot be told apart on ${score}; ${chosen} is ${how}`;
}

const HOW = {
  latency: 'the faster',
  cost: 'the one that took fewer tokens',
  size: 'the first in the config (sizes are not known)',
  order: 'the first in the config',
} as const;
