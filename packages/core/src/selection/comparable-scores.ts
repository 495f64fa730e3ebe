import type { ScoreSummary } from '../results/summary.ts';
import { correctedRow } from './corrected-row.ts';

/** A score by which models can be compared, with its meaning. */
export interface ComparableScore {
  readonly algorithm: string;
  readonly score: string;
  readonly spec: ScoreSummary['spec'];
  /** Of single samples (`mean`), or over all samples at once. @default 'mean' */
  readonly from?: ScoreSummary['from'];
}

export function scoreKey({ algorithm, score }: Pick<ComparableScore, 'algorithm' | 'score'>): string {
  return `${algorithm}.${score}`;
}

/**
 * Scores of a summary, in its order. Where nothing says which are primary (a run of another tool, or of an earlier version),
 * the first of each algorithm is.
 */
export function comparableScores(scores: readonly ScoreSummary[]): ComparableScore[] {
  const found = new Map<string, ComparableScore>();
  const isMarked = scores.some(({ spec }) => spec.primary === true);
  const seen = new Set<string>();
  for (const row of scores) {
    const { algorithm, score, spec, from } = row;
    const isFirst = from === 'mean' && !seen.has(algorithm);
    if (from === 'mean') seen.add(algorithm);
    const key = scoreKey({ algorithm, score });
    if (found.has(key)) continue;
    found.set(key, {
      algorithm,
      score,
      spec: decidingSpec(scores, !isMarked && isFirst ? { ...row, spec: { ...spec, primary: true } } : row),
      ...(from === 'aggregate' ? { from } : {}),
    });
  }
  return [...found.values()];
}

/** Where a score that corrects another is known for every model, it takes the other's place among those that decide. */
function decidingSpec(scores: readonly ScoreSummary[], row: ScoreSummary): ScoreSummary['spec'] {
  const { primary, ...spec } = row.spec;
  const judged =
    spec.corrects === undefined
      ? row
      : scores.find(
          ({ model, algorithm, score, category }) =>
            model === row.model && algorithm === row.algorithm && score === spec.corrects && category === row.category,
        );
  if (judged === undefined || correctedRow(scores, judged) === undefined) return row.spec;
  return judged !== row && judged.spec.primary === true ? { ...spec, primary: true } : spec;
}

/** The scores with those that a verdict is asked for marked: where none is, all are. */
export function askedScores<Score extends ComparableScore>(scores: readonly Score[]): readonly Score[] {
  if (scores.some(({ spec }) => spec.primary === true)) return scores;
  return scores.map((score) => ({ ...score, spec: { ...score.spec, primary: true as const } }));
}

/** Scores of single samples alone. */
export function sampleScores(scores: readonly ComparableScore[]): ComparableScore[] {
  return scores.filter(({ from }) => from !== 'aggregate');
}

/**
 * Scores that every run has, with the meaning that the last gives them.
 * @param wanted `score` or `algorithm.score`, which are asked for by that and so primary @default all
 */
export function sharedScores(
  runs: readonly { readonly scores: readonly ScoreSummary[] }[],
  wanted?: string,
): ComparableScore[] {
  const all = runs.map(({ scores }) => comparableScores(scores));
  const there = all.map((scores) => new Set(scores.map(scoreKey)));
  const shared = (all.at(-1) ?? []).filter((score) => there.every((keys) => keys.has(scoreKey(score))));
  if (wanted === undefined) return shared;
  return shared
    .filter((score) => wanted === score.score || wanted === scoreKey(score))
    .map((score) => ({ ...score, spec: { ...score.spec, primary: true } }));
}
