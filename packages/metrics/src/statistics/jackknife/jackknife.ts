import type { StatisticOfSums } from '../bootstrap/sufficient-statistics.ts';
import { ExactSum } from '../moments/exact-sum.ts';

/** A row that stands for `times` rows of the same content. */
export interface CountedRow {
  readonly row: Float64Array;
  /** @default 1 */
  readonly times?: number;
}

/**
 * Tukey's jackknife of a score of column sums: each row is left out once. Rows may stand for several of the same content,
 * which are left out one by one. O(distinct rows); no order of the rows changes a bit.
 * @returns the score, and √((N − 1)/N · Σ(θ − θ₍ᵢ₎ less their mean)²); NaN where the score is undefined
 * @see B. Efron and C. Stein (1981)
 */
export function jackknife(
  rows: readonly CountedRow[],
  statistic: StatisticOfSums,
): { readonly score: number; readonly standardError: number } {
  const sums = columnTotals(rows);
  const score = statistic(sums);
  const without = new Float64Array(sums.length);
  let count = 0;
  const total = new ExactSum();
  const changes = rows.map(({ row, times = 1 }) => {
    for (let column = 0; column < sums.length; column++) without[column] = sums[column]! - row[column]!;
    const change = score - statistic(without);
    if (Number.isFinite(change)) total.addProduct(times, change);
    count += times;
    return change;
  });
  const mean = total.value() / count;
  const squares = new ExactSum();
  for (const [at, change] of changes.entries()) {
    if (!Number.isFinite(change)) return { score, standardError: Number.NaN };
    squares.addProduct(rows[at]!.times ?? 1, (change - mean) ** 2);
  }
  return { score, standardError: Math.sqrt(((count - 1) / count) * squares.value()) };
}

/** Sums by column, each rounded once. */
export function columnTotals(rows: readonly CountedRow[]): Float64Array {
  const columns = rows[0]?.row.length ?? 0;
  return Float64Array.from({ length: columns }, (_, column) => {
    const sum = new ExactSum();
    for (const { row, times = 1 } of rows) {
      if (row[column] !== 0) sum.addProduct(times, row[column]!);
    }
    return sum.value();
  });
}
