import type { Interval } from '../intervals/interval.ts';
import { tailProbability } from '../intervals/interval.ts';
import { ENDS } from '../means/ends-estimate.ts';
import { studentQuantile } from '../special/student-t.ts';
import { exactTotal } from './disagreement-rows.ts';

/** What labels show of a judge. */
export interface JudgeUsefulness {
  readonly verdict: 'helps' | 'not_shown' | 'contradicts';
  /** Of the slope of label on judge, both in [0, 1]; either end is cautious. */
  readonly slope: Interval;
}

/**
 * Whether a judge's scores rise with the labels, at 95 %: `helps` where the slope is above 0, `contradicts` (worse than
 * useless) where it is below. The lower end has the two worst disagreements as rows, the upper end all four corners.
 * @param labels in [0, 1]
 * @param judged in [0, 1], of the same samples
 * @returns null for fewer than two labels, or a judge that says one thing only
 */
export function judgeUsefulness(labels: ArrayLike<number>, judged: ArrayLike<number>): JudgeUsefulness | null {
  const scores = Array.from(judged);
  const bottom = Math.min(...scores);
  const top = Math.max(...scores);
  if (labels.length < 2 || top - bottom < 1e-9) return null;
  const rows = scores.map((score, i): Row => ({ label: labels[i]!, score, weight: 1 }));
  const row = (label: number, score: number, weight: number): Row => ({ label, score, weight });
  const disagreements = [row(0, top, ENDS), row(1, bottom, ENDS)];
  const corners = [bottom, top].flatMap((score) => [row(0, score, ENDS / 2), row(1, score, ENDS / 2)]);
  const slope: Interval = [slopeEnd(-1, [...rows, ...disagreements]), slopeEnd(1, [...rows, ...corners])];
  const verdict = slope[1] < 0 ? 'contradicts' : slope[0] > 0 ? 'helps' : 'not_shown';
  return { verdict, slope };
}

interface Row {
  readonly label: number;
  readonly score: number;
  readonly weight: number;
}

/** One end of Student's interval of the slope of a weighted regression. */
function slopeEnd(sign: -1 | 1, rows: readonly Row[]): number {
  const of = (value: (row: Row) => number) => exactTotal(rows.length, (i) => rows[i]!.weight * value(rows[i]!));
  const total = of(() => 1);
  const label = of((row) => row.label);
  const score = of((row) => row.score);
  const squares = of((row) => row.score ** 2) - score ** 2 / total;
  const slope = (of((row) => row.score * row.label) - (score * label) / total) / squares;
  const left = of((row) => row.label ** 2) - label ** 2 / total - slope ** 2 * squares;
  const df = total - 2;
  const margin = -studentQuantile(tailProbability(0.95), df) * Math.sqrt(Math.max(left, 0) / df / squares);
  return slope + sign * margin;
}
