import { type ConfusionMatrix, type CorpusScore, kappaScore, meanClassRate, ratioScore } from '@assay/metrics';
import type { CorpusFigure } from './corpus-figure.ts';

/** More classes than this take rows too long to leave each out in turn. */
const MOST_CLASSES = 500;

/** Of a class: hits, and what they are held against. */
export type ClassRate = (counts: {
  readonly truePositives: number;
  readonly support: number;
  readonly predicted: number;
}) => number;

export const bySupport: ClassRate = ({ support }) => support;
export const byPredicted: ClassRate = ({ predicted }) => predicted;

/** A mean over classes of hits over size: macro recall (by support), macro precision (by predictions). */
export function meanRateFigure(
  units: readonly ConfusionMatrix[],
  classes: readonly string[],
  size: ClassRate,
): CorpusFigure {
  if (classes.length === 0) return { kind: 'none', why: 'undefined' };
  if (classes.length > MOST_CLASSES) return { kind: 'none', why: 'no_method' };
  const at = new Map(classes.map((label, index) => [label, index]));
  const rows = units.map((unit) => {
    const row = new Float64Array(2 * classes.length);
    for (const counts of unit.classes()) {
      const index = at.get(counts.label);
      if (index === undefined) continue;
      row[index] = counts.truePositives;
      row[classes.length + index] = size(counts);
    }
    return row;
  });
  return { kind: 'rows', score: meanClassRate(classes.length), rows };
}

/** A share: rows [hits, of how many]. */
export function shareFigure(rows: readonly (readonly [hits: number, of: number])[]): CorpusFigure {
  return figureOf(ratioScore([0, 1]), rows);
}

/** Cohen's kappa over the labels that either side used. */
export function kappaFigure(units: readonly ConfusionMatrix[]): CorpusFigure {
  const labels = [...new Set(units.flatMap((unit) => unit.labels()))].sort();
  if (labels.length < 2) return { kind: 'none', why: 'undefined' };
  if (labels.length ** 2 > MOST_CLASSES) return { kind: 'none', why: 'no_method' };
  const at = new Map(labels.map((label, index) => [label, index]));
  const rows = units.map((unit) => {
    const row = new Float64Array(labels.length ** 2);
    for (const [first, second, count] of unit.entries()) row[at.get(first)! * labels.length + at.get(second)!] = count;
    return row;
  });
  return { kind: 'rows', score: kappaScore(labels.length), rows };
}

export function figureOf(score: CorpusScore, rows: readonly (readonly number[])[]): CorpusFigure {
  return { kind: 'rows', score, rows: rows.map((row) => Float64Array.from(row)) };
}
