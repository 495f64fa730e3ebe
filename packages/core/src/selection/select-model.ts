import type { SelectionConfig } from '../config/schema/decision-config.ts';
import type { Comparison, Summary } from '../results/summary.ts';
import type { ComparableScore } from './comparable-scores.ts';
import { compareAmong } from './compare-run.ts';
import type { ModelScores } from './model-scores.ts';
import { byPreference, type Preferred } from './preferred-model.ts';
import { type ModelRank, rankModels } from './rank-models.ts';
import type { ScoredRun } from './scored-run.ts';
import { goodness, type Objectives, objectivesOf } from './selection-objectives.ts';
import { turnedVerdict } from './verdict.ts';

/** The model chosen, those it cannot be told apart from, and why. */
export interface Selection {
  /** null where nothing can be chosen: no model has enough that speaks for it. */
  readonly model: string | null;
  /** `algorithm.score`, or several in words. */
  readonly score: string;
  /** Of one score or of the weighted sum; null for several scores at once. */
  readonly value: number | null;
  readonly tied: readonly string[];
  readonly ranks: readonly ModelRank[];
  readonly reason: string;
}

export interface SelectModelOptions {
  /** Bytes of a model's weights, for `prefer: size`. @default unknown */
  readonly sizeOf?: ((model: string) => number | undefined) | undefined;
}

/**
 * Chooses the best model of a run, never by a difference that noise explains: models whose paired difference is not
 * found (adjusted over every pair and score) are tied, and the config's `prefer` decides between them.
 * A model that failed in the middle, or has fewer than two samples with the score, is no candidate; without any candidate
 * none is chosen.
 * @throws AssayError CONFIG_INVALID for a score that the run does not have
 */
export async function selectModel(
  run: Pick<ScoredRun, 'summary' | 'compare'>,
  config: SelectionConfig = {},
  options: SelectModelOptions = {},
): Promise<Selection> {
  const asked = askedOf(run.summary, config);
  const { able, scores, confidence, prepare } = asked;
  const comparisons = isTested(config) ? await run.compare(scores, { models: able, confidence, prepare }) : [];
  return choose(asked, comparisons, options);
}

/** The same of samples in memory. */
export function selectAmong(
  run: Summary,
  models: ReadonlyMap<string, ModelScores>,
  config: SelectionConfig = {},
  options: SelectModelOptions = {},
): Selection {
  const asked = askedOf(run, config);
  const { able, scores, confidence, prepare } = asked;
  const comparisons = isTested(config) ? compareAmong(models, able, scores, { confidence, prepare }) : [];
  return choose(asked, comparisons, options);
}

/** What is to be chosen, from which models, and by what. */
interface Asked {
  readonly run: Summary;
  readonly config: SelectionConfig;
  readonly objectives: Objectives;
  /** Models that can be chosen at all. */
  readonly able: Summary['models'];
  readonly scores: readonly ComparableScore[];
  readonly confidence: number;
  readonly prepare: Objectives['prepare'];
}

function askedOf(run: Summary, config: SelectionConfig): Asked {
  const objectives = objectivesOf(run, config);
  const able = run.models.filter(({ name, failure }) => failure === undefined && samplesOf(name, objectives) >= FEWEST);
  const scores = objectives.scores.map((score) => ({ ...score, spec: { ...score.spec, primary: true as const } }));
  const { confidence = 0.95 } = config;
  return { run, config, objectives, able, scores, confidence, prepare: objectives.prepare };
}

const isTested = ({ tie }: SelectionConfig): boolean => tie !== 'first' && tie !== 'all';

function choose(
  { run, config, objectives, able }: Asked,
  comparisons: readonly Comparison[],
  { sizeOf }: SelectModelOptions,
): Selection {
  const summary = { ...run, models: able };
  const names = able.map(({ name }) => name);
  if (names.length === 0) return nothing(run, objectives);
  const beats = isTested(config) ? byTest(comparisons) : byValue(objectives);
  const front = names.filter((name) => !names.some((other) => beats(other, name)));
  const ranks = rankModels(valuesOf(names, objectives), names, beats, isHigherBetter(objectives));
  const candidates = front.length === 0 ? names : front;
  const preferred: Preferred =
    config.tie === 'first'
      ? { model: candidates[0]!, how: 'the first in the config' }
      : byPreference(candidates, summary, config.prefer ?? 'order', sizeOf);
  const { model } = preferred;
  const value = objectives.scores.length === 1 ? objectives.figureOf(model, 0) : null;
  return {
    model,
    score: objectives.name,
    value,
    tied: candidates.filter((name) => name !== model),
    ranks,
    reason: `${reasonOf(names, candidates, preferred, objectives, value, config)}${leftOut(run, names)}`,
  };
}

/** Samples with the deciding scores below which nothing speaks for a model. */
const FEWEST = 2;

function samplesOf(model: string, { scores, samplesOf: count }: Objectives): number {
  return Math.min(...scores.map((_, at) => count(model, at)));
}

/** No model was finished with samples that have the score: whatever is asked, none is chosen. */
function nothing({ models }: Summary, objectives: Objectives): Selection {
  const found = models.map(({ name, failure }) => {
    const why = failure === undefined ? `${samplesOf(name, objectives)} samples` : `not finished (${failure.code})`;
    return `${name}: ${why}`;
  });
  const reason = `nothing can be chosen: no model has at least ${FEWEST} samples with ${objectives.name} (${found.join('; ')})`;
  return { model: null, score: objectives.name, value: null, tied: [], ranks: [], reason };
}

/** Models that were no candidates, in words. */
function leftOut({ models }: Summary, names: readonly string[]): string {
  const others = models.filter(({ name }) => !names.includes(name)).map(({ name }) => name);
  return others.length === 0 ? '' : `; ${others.join(', ')} left out for lack of samples`;
}

/** Whether one model is to be taken rather than another: better on one score and worse on none. */
type Beats = (model: string, other: string) => boolean;

function byValue({ scores, figureOf }: Objectives): Beats {
  return (model, other) => {
    const gains = scores.map(({ spec }, at) => {
      const [one, two] = [figureOf(model, at), figureOf(other, at)].map((value) =>
        value === null ? Number.NEGATIVE_INFINITY : goodness(value, spec.better),
      ) as [number, number];
      return one === two ? 0 : one - two;
    });
    return gains.some((gain) => gain > 0) && gains.every((gain) => gain >= 0);
  };
}

function byTest(comparisons: readonly Comparison[]): Beats {
  return (model, other) => {
    const verdicts = comparisons.flatMap(({ baseline, candidate, verdict }) => {
      if (candidate === model && baseline === other) return [verdict];
      if (candidate === other && baseline === model) return [turnedVerdict(verdict)];
      return [];
    });
    return verdicts.includes('better') && !verdicts.includes('worse');
  };
}

function valuesOf(names: readonly string[], objectives: Objectives): Map<string, number | null> {
  return new Map(names.map((name) => [name, objectives.scores.length === 1 ? objectives.figureOf(name, 0) : null]));
}

function isHigherBetter({ scores }: Objectives): boolean {
  return scores[0]!.spec.better !== 'lower';
}

function reasonOf(
  names: readonly string[],
  candidates: readonly string[],
  { model, how }: Preferred,
  { name, scores, isPaired }: Objectives,
  value: number | null,
  { tie, pareto }: SelectionConfig,
): string {
  const figure = value === null ? '' : ` ${value.toFixed(3)}`;
  if (names.length === 1) return `the only model; ${name}${figure}`;
  const shown = value === null ? name : `${name} (${value.toFixed(3)})`;
  if (tie === 'first' || tie === 'all') {
    if (candidates.length === 1) return `the best value of ${shown}; what chance explains was not asked`;
    return `${candidates.join(', ')} are equal on ${name}; ${model} is ${how}`;
  }
  if (candidates.length === 1)
    return `better than every other model on ${shown}${scores.length > 1 ? ', worse on none' : ''}, beyond what chance explains`;
  if (pareto !== undefined) return `no other model beats ${candidates.join(', ')} on ${name}; ${model} is ${how}`;
  const why = isPaired ? '' : ' (a figure of the whole dataset has no samples to pair)';
  return `${candidates.join(', ')} cannot be told apart on ${name}${why}; ${model} is ${how}`;
}
