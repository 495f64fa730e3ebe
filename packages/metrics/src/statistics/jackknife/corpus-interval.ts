import { type Interval, tailProbability } from '../intervals/interval.ts';
import { studentQuantile } from '../special/student-t.ts';
import { type CorpusRow, corpusShape, scaledRow } from './corpus-rows.ts';
import type { CorpusScore } from './corpus-score.ts';
import { jackknife } from './jackknife.ts';

/** A corpus score that knows its interval at every level. */
export interface CorpusEstimate {
  readonly method: 'pseudo-jackknife' | 'one-cluster';
  /** Samples, or clusters. */
  readonly units: number;
  /** The score with the pseudo rows, in the middle of the interval. */
  readonly center: number;
  readonly standardError: number;
  /** Within the range of the score. @param confidence @default 0.95 */
  interval(confidence?: number): Interval;
}

/**
 * Interval of a corpus or class score: Student's t over the jackknife of its samples' sufficient statistics, to which a
 * best and a worst sample of mean size are added. With clusters each row is a cluster and the added ones are as large as
 * the cluster that a sample meets. Coverage from n = 2 on; no resampling. O(rows).
 * @param value the score as it is printed: an interval that missed it would be widened to it
 * @returns null for fewer than two samples, or where the score is undefined
 */
export function corpusEstimate(rows: readonly CorpusRow[], score: CorpusScore, value?: number): CorpusEstimate | null {
  const { units, samples, met, mean } = corpusShape(rows);
  if (samples < 2) return null;
  if (units < 2) return studentEstimate(Number.NaN, Number.NaN, units, score.range);
  const pseudo = score.pseudoRows(mean).flatMap((pair) => pair.map((row) => ({ row: scaledRow(row, met) })));
  const { score: center, standardError } = jackknife([...rows, ...pseudo], score.statistic);
  return studentEstimate(center, standardError, units, score.range, value);
}

/**
 * Student's interval of a jackknifed score, clipped to its range; of one unit the whole range where that is finite.
 * @param value the score as it is printed, which the interval is widened to
 * @returns null where the score is undefined
 */
export function studentEstimate(
  center: number,
  standardError: number,
  units: number,
  [low, high]: readonly [number, number],
  value: number = center,
): CorpusEstimate | null {
  if (units < 2) {
    if (!Number.isFinite(low) || !Number.isFinite(high)) return null;
    return { method: 'one-cluster', units, center, standardError, interval: () => [low, high] };
  }
  if (!Number.isFinite(center) || !Number.isFinite(standardError)) return null;
  const interval = (confidence = 0.95): Interval => {
    const margin = -studentQuantile(tailProbability(confidence), units - 1) * standardError;
    return [Math.max(low, Math.min(center - margin, value)), Math.min(high, Math.max(center + margin, value))];
  };
  return { method: 'pseudo-jackknife', units, center, standardError, interval };
}
