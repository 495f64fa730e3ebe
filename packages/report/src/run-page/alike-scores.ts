import type { ScoreSummary } from '@assay/core';
import { pearson } from '@assay/metrics';
import type { PageIndex, ScoreColumn } from '../rows/page-data.ts';

/** Scores of one direction whose values go together at least so closely over the samples say the same twice. */
const ALIKE = 0.95;
/** Rows that are looked at; more would change no answer. */
const MOST_ROWS = 5_000;
/** Fewer pairs of values show nothing. */
const FEWEST_ROWS = 10;

/**
 * Near-duplicates among the scores: each by the key of the score before it that it is folded under. Primary scores are
 * looked at first, so that none is folded under one that is not.
 */
export function alikeScores(
  index: PageIndex,
  scores: readonly Pick<ScoreSummary, 'algorithm' | 'score' | 'spec'>[],
): ReadonlyMap<string, string> {
  const primary = new Set(
    scores.filter(({ spec }) => spec.primary === true).map(({ algorithm, score }) => `${algorithm}.${score}`),
  );
  const ordered = index.scores.toSorted((a, b) => Number(primary.has(b.key)) - Number(primary.has(a.key)));
  const alike = new Map<string, string>();
  const kept: ScoreColumn[] = [];
  for (const column of ordered) {
    const twin = kept.find((other) => isAlike(column, other));
    if (twin === undefined) kept.push(column);
    else alike.set(column.key, twin.key);
  }
  return alike;
}

function isAlike(a: ScoreColumn, b: ScoreColumn): boolean {
  if (JSON.stringify(a.better) !== JSON.stringify(b.better)) return false;
  const x: number[] = [];
  const y: number[] = [];
  const [first, second] = [a.values ?? [], b.values ?? []];
  for (let row = 0; row < first.length && x.length < MOST_ROWS; row++) {
    const [one, other] = [first[row]!, second[row]!];
    if (Number.isNaN(one) && Number.isNaN(other)) continue;
    // Where only one of them has a value they say different things.
    if (Number.isNaN(one) || Number.isNaN(other)) return false;
    x.push(one);
    y.push(other);
  }
  if (x.length < FEWEST_ROWS) return false;
  if (x.every((value, i) => value === y[i])) return true;
  return pearson(x, y).coefficient >= ALIKE;
}
