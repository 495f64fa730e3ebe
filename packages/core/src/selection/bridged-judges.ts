import type { Aggregate } from '../algorithms/algorithm.ts';
import type { JudgedUnit } from '../algorithms/judged-units.ts';
import { knownAlgorithms } from '../algorithms/recorded-algorithm.ts';
import type { SampleRow, Summary } from '../results/summary.ts';
import { type ComparableScore, scoreKey } from './comparable-scores.ts';
import type { ModelScores } from './model-scores.ts';
import { scoredOtherwise } from './score-signatures.ts';
import type { ScoredRun } from './scored-run.ts';

/** An algorithm of two runs whose judges, rubrics or settings are others, so that its scores say nothing of the models. */
export interface OtherJudge {
  /** The algorithm's label in results. */
  readonly algorithm: string;
  /** In words, what differs. */
  readonly why: string;
  /** Both runs have labels by one rubric: what people say is compared, whatever the judges are. */
  readonly hasLabels: boolean;
}

/** The score that a bridge compares. */
export const JUDGED = 'judge_score';
/** What people said, by themselves or with a judge's help. */
const BY_LABELS: ReadonlySet<string> = new Set(['corrected_score', 'human_score']);

/** Judged algorithms that two runs have under one label with different judges. */
export function otherJudges(baseline: ScoredRun, candidate: ScoredRun): OtherJudge[] {
  const before = new Map(rubricsOf(baseline));
  return rubricsOf(candidate).flatMap(([algorithm, rubric]) => {
    const why = scoredOtherwise(baseline.summary, candidate.summary, `${algorithm}.${JUDGED}`);
    if (why === undefined) return [];
    const isLabelled = ({ summary }: ScoredRun) =>
      summary.scores.some((row) => row.algorithm === algorithm && row.score === 'human_score' && row.value !== null);
    const isSame = before.get(algorithm) === rubric;
    return [{ algorithm, why, hasLabels: isSame && isLabelled(baseline) && isLabelled(candidate) }];
  });
}

function rubricsOf({ manifest }: ScoredRun): (readonly [label: string, rubric: string])[] {
  return knownAlgorithms(manifest.algorithms).flatMap(({ label, algorithm, options }) => {
    const human = algorithm.humanLabels?.(options);
    return human === undefined ? [] : [[label, human.rubric] as const];
  });
}

/** The scores without those that rest on what different judges say. */
export function withoutOtherJudges<Score extends ComparableScore>(
  scores: readonly Score[],
  judges: readonly OtherJudge[],
): Score[] {
  return scores.filter((score) => {
    return judges.every((judge) => judge.algorithm !== score.algorithm) || isByLabels(score, judges);
  });
}

/** Whether a score is what people say, which both runs asked of them by one rubric, whatever their judges are. */
export function isByLabels({ algorithm, score }: ComparableScore, judges: readonly OtherJudge[]): boolean {
  const other = judges.find((judge) => judge.algorithm === algorithm);
  return other?.hasLabels === true && BY_LABELS.has(score);
}

/** Outputs of the baseline that the candidate's judge has judged, too. */
export interface Bridge {
  /** By sample: what the candidate's judge says of the baseline's output. */
  readonly scores: ReadonlyMap<string, number>;
  /** Samples of the bridge that do not count, for their outputs are others than the baseline's. */
  readonly otherOutputs: number;
}

type JudgedRow = Pick<SampleRow, 'model' | 'digest' | 'output' | 'scores'>;

/** A run that two others are to be compared over, and what of them it must suit. */
export interface BridgeSides {
  readonly bridge: Pick<ScoredRun, 'summary' | 'rows'>;
  readonly baseline: { readonly rows: AsyncIterable<JudgedRow>; readonly model: string };
  readonly candidate: Pick<Summary, 'scores'>;
}

/** @returns in words why the run is no bridge, where it is none */
export async function bridgeOver(
  { bridge, baseline, candidate }: BridgeSides,
  algorithm: string,
): Promise<Bridge | string> {
  const key = `${algorithm}.${JUDGED}`;
  const { scores, models } = bridge.summary;
  if (!scores.some((each) => scoreKey(each) === key)) return `it has no ${key}`;
  const other = scoredOtherwise(bridge.summary, candidate, key);
  if (other !== undefined) return other;
  // Where it has one model alone, that one is meant, whatever its name.
  const own = models.find(({ name }) => name === baseline.model) ?? (models.length === 1 ? models[0] : undefined);
  if (own === undefined) return `it holds no model "${baseline.model}"`;
  return bridgeOf(baseline.rows, bridge.rows, [baseline.model, own.name], key);
}

async function bridgeOf(
  baseline: AsyncIterable<JudgedRow>,
  bridge: AsyncIterable<JudgedRow>,
  models: readonly [baseline: string, bridge: string],
  key: string,
): Promise<Bridge> {
  const judged = new Map<string, { readonly output: string | null; readonly score: number }>();
  for await (const { model, digest, output, scores } of bridge) {
    const score = scores[key];
    if (model === models[1] && score !== undefined && !judged.has(digest)) judged.set(digest, { output, score });
  }
  const scores = new Map<string, number>();
  let otherOutputs = 0;
  for await (const { model, digest, output } of baseline) {
    const found = judged.get(digest);
    if (model !== models[0] || found === undefined) continue;
    judged.delete(digest);
    if (found.output !== null && found.output === output) scores.set(digest, found.score);
    else otherOutputs += 1;
  }
  return { scores, otherOutputs };
}

/**
 * Two models whose runs have different judges, made comparable by outputs of the baseline that both judged: what the
 * candidate's judge says of those takes the place of human labels, and the baseline's judge is corrected by them.
 * @see docs/judges.md
 */
export function bridgedScores(
  [baseline, candidate]: readonly [ModelScores, ModelScores],
  { scores }: Bridge,
  { algorithm, spec }: ComparableScore,
): readonly [ModelScores, ModelScores] {
  const key = `${algorithm}.${JUDGED}`;
  // Of rows that are the same sample again the first counts alone.
  const digests = new Map(
    [...baseline.places].map(([id, place]) => [id.slice(0, id.lastIndexOf('#')), place] as const).reverse(),
  );
  const samples = new Map([...digests].map(([digest, place]) => [place, digest]));
  const before = statesOf(baseline, key, (score, place) => unitOf(score, scores.get(samples.get(place) ?? '')));
  const after = statesOf(candidate, key, (score) => unitOf(score, score));
  const aggregate = bridgedAggregate(spec.range);
  const column = (states: readonly (JudgedUnit | undefined)[]) => ({ aggregate, score: JUDGED, states });
  return [
    { ...baseline, corpora: new Map([...baseline.corpora, [key, column(before)]]) },
    { ...candidate, corpora: new Map([...candidate.corpora, [key, column(after)]]) },
  ];
}

function statesOf(
  { columns, rows }: ModelScores,
  key: string,
  unit: (score: number, place: number) => JudgedUnit,
): (JudgedUnit | undefined)[] {
  const column = columns.get(key);
  return Array.from(rows, (_, place) => {
    const score = column?.[place] ?? Number.NaN;
    return Number.isNaN(score) ? undefined : unit(score, place);
  });
}

function unitOf(score: number, label: number | undefined): JudgedUnit {
  return { labelled: label === undefined ? [] : [['', label, score]], scores: [[score, 1]] };
}

/** Sums nothing up: a bridge is for comparing alone. */
function bridgedAggregate(range: readonly [number, number]): Aggregate {
  return {
    scores: {},
    empty: () => null,
    add: (state) => state,
    merge: (state) => state,
    result: () => ({}),
    corpus: (units) => ({
      [JUDGED]: { kind: 'judged', of: 'corrected', units: units as readonly JudgedUnit[], range, isBridge: true },
    }),
  };
}
