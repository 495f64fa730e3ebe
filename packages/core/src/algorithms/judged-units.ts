import type { JudgedSamples } from '@assay/metrics';

/** A judge's scores and humans' labels of samples that have nothing to do with others: one sample, or one cluster. */
export interface JudgedUnit {
  /** Of samples with a label: what names the sample, the label, and what the judge said. */
  readonly labelled: readonly (readonly [id: string, label: number, score: number])[];
  /** Every score of the judge, labelled samples included, with how many samples have it. */
  readonly scores: readonly (readonly [score: number, samples: number])[];
}

/** One sample with a score of the judge, and a label where it has one. */
export interface JudgedSample {
  readonly id: string;
  readonly score: number;
  readonly label?: number;
  /** A human label that is none of the judge's labels: it counts as none. */
  readonly unread?: true;
  /** People's labels of it differ. */
  readonly contradicted?: true;
}

/** Samples added up, as plain JSON. */
export interface JudgedState {
  readonly labelled: [id: string, label: number, score: number][];
  /** How many samples have each score; its keys are the scores. */
  readonly scores: Record<string, number>;
  unread: number;
  /** Absent of states that earlier versions wrote. */
  contradicted?: number;
}

export function emptyJudged(): JudgedState {
  return { labelled: [], scores: {}, unread: 0 };
}

/** Adds into `state`, which must be the caller's own. */
export function addJudged(state: JudgedState, { id, score, label, unread, contradicted }: JudgedSample): JudgedState {
  state.scores[score] = (state.scores[score] ?? 0) + 1;
  if (label !== undefined) state.labelled.push([id, label, score]);
  if (unread === true) state.unread += 1;
  if (contradicted === true) state.contradicted = (state.contradicted ?? 0) + 1;
  return state;
}

export function mergeJudged(a: JudgedState, b: JudgedState): JudgedState {
  for (const [score, samples] of Object.entries(b.scores)) a.scores[score] = (a.scores[score] ?? 0) + samples;
  a.labelled.push(...b.labelled);
  a.unread += b.unread;
  if (b.contradicted !== undefined) a.contradicted = (a.contradicted ?? 0) + b.contradicted;
  return a;
}

export function judgedUnit({ labelled, scores }: JudgedState): JudgedUnit {
  return { labelled, scores: Object.entries(scores).map(([score, samples]) => [Number(score), samples]) };
}

/**
 * Units as what estimates are made of: labelled samples in the order of their names, so that neither the order of scoring
 * nor shards change anything.
 */
export function judgedSamples(units: readonly JudgedUnit[], isClustered: boolean): JudgedSamples {
  const labelled = units
    .flatMap((unit, cluster) => unit.labelled.map(([id, label, score]) => ({ id, label, score, cluster })))
    .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : a.label - b.label || a.score - b.score));
  const all = units.flatMap(({ scores }, cluster) =>
    scores.flatMap(([score, samples]) => Array.from({ length: samples }, () => ({ score, cluster }))),
  );
  return {
    labels: labelled.map(({ label }) => label),
    judged: labelled.map(({ score }) => score),
    judge: all.map(({ score }) => score),
    ...(isClustered
      ? { clusters: labelled.map(({ cluster }) => cluster), judgeClusters: all.map(({ cluster }) => cluster) }
      : {}),
  };
}
