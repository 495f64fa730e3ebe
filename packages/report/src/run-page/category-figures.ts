import type { CategoryComparison, PairVerdict, ScoreSummary, Summary } from '@assay/core';
import type { Scale } from '../charts/nice-scale.ts';
import { groupBy } from '../collections/group-by.ts';
import { formatCount } from '../wording/format-number.ts';
import { comparisonVerdict } from '../wording/pair-words.ts';
import { scaleOf } from './score-figures.ts';

/** Categories that are drawn; a dataset may have thousands. */
const MOST = 40;
/** Figures that a page carries: beyond them only primary scores are by category. */
const MOST_CELLS = 20_000;

export interface CategoryFigures {
  /** Scores by category, primary ones first, each with one scale over all categories. */
  readonly scores: readonly { readonly key: string; readonly isPrimary: boolean; readonly scale: Scale }[];
  readonly categories: readonly CategoryFigure[];
  /** What is paired, and what was left to summary.json, in words. */
  readonly notes: readonly string[];
}

export interface CategoryFigure {
  readonly category: string;
  readonly n: number;
  /** By score, in the order of the scores; null where it has none. */
  readonly scores: readonly (CategoryScore | null)[];
}

export interface CategoryScore {
  /** One a model. */
  readonly cells: readonly ({ readonly value: number; readonly interval: readonly [number, number] | null } | null)[];
  readonly pair: CategoryPair | null;
}

/** The second of two models against the first within the category. */
export interface CategoryPair {
  readonly difference: number;
  readonly interval: readonly [number, number] | null;
  readonly verdict: PairVerdict | null;
  readonly words: string;
}

/** Each score by category, those first whose verdict differs; null where there are no categories. */
export function categoryFigures(summary: Summary, pairs: readonly CategoryComparison[] = []): CategoryFigures | null {
  const scores = summary.scores.filter(({ category }) => category !== null);
  if (scores.length === 0) return null;
  const isMarked = scores.some(({ spec }) => spec.primary === true);
  const isPrimary = ({ spec }: ScoreSummary) => !isMarked || spec.primary === true;
  const isCut = scores.length > MOST_CELLS;
  const byScore = [
    ...groupBy(isCut ? scores.filter(isPrimary) : scores, ({ algorithm, score }) => `${algorithm}.${score}`),
  ].sort((a, b) => Number(isPrimary(b[1][0]!)) - Number(isPrimary(a[1][0]!)));
  const byCategory = [...groupBy(scores, ({ category }) => category ?? '')];
  const largest = byCategory.toSorted((a, b) => sizeOf(b[1]) - sizeOf(a[1])).slice(0, MOST);
  const lookup = new Map(
    scores.map((each) => [JSON.stringify([each.category, each.algorithm, each.score, each.model]), each]),
  );
  const paired = new Map(
    pairs.map((pair) => [JSON.stringify([pair.category, `${pair.algorithm}.${pair.score}`]), pair]),
  );
  const figures = largest.map(
    ([category, group]): CategoryFigure => ({
      category,
      n: sizeOf(group),
      scores: byScore.map(([key, [{ algorithm, score } = scores[0]!]]) => ({
        cells: summary.models.map(({ name }) => {
          const own = lookup.get(JSON.stringify([category, algorithm, score, name]));
          return own === undefined || own.value === null ? null : { value: own.value, interval: own.interval };
        }),
        pair: pairOf(paired.get(JSON.stringify([category, key]))),
      })),
    }),
  );
  return {
    scores: byScore.map(([key, group]) => ({ key, isPrimary: isPrimary(group[0]!), scale: scaleOf(group) })),
    categories: figures.toSorted((a, b) => rankOf(a) - rankOf(b)),
    notes: notesOf(byCategory.length, isCut, pairs),
  };
}

function sizeOf(scores: readonly ScoreSummary[]): number {
  return Math.max(...scores.map(({ n }) => n));
}

function pairOf(pair: CategoryComparison | undefined): CategoryPair | null {
  if (pair === undefined || pair.n === 0) return null;
  const { difference, interval, verdict } = pair;
  return { difference, interval, verdict, words: comparisonVerdict(pair) };
}

/** Categories with a verdict that differs first; the order is the datasets' otherwise. */
function rankOf({ scores }: CategoryFigure): number {
  return scores.some((score) => score?.pair?.verdict === 'better' || score?.pair?.verdict === 'worse') ? 0 : 1;
}

function notesOf(categories: number, isCut: boolean, pairs: readonly CategoryComparison[]): string[] {
  const [pair] = pairs;
  const notes: string[] = [];
  if (pair !== undefined)
    notes.push(
      `It pairs the samples of each category: ${pair.candidate} against ${pair.baseline}, over all categories and scores at a false discovery rate of 5 % (Benjamini-Hochberg).`,
    );
  if (categories > MOST)
    notes.push(`The ${MOST} largest of ${formatCount(categories)} categories; the others are in summary.json.`);
  if (isCut) notes.push('Scores that are not primary are in summary.json by category.');
  return notes;
}
