import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import type { AlgorithmColumns, ScoredColumns } from '../journal/scored-columns.ts';
import { type AlgorithmCell, binOf, clusterOf, weightOf } from './score-cell.ts';

/** Adds some rows of an algorithm's score columns to what is known of its scores. */
export function addScoreColumns(
  cell: AlgorithmCell,
  { scores: specs }: AlgorithmInstance,
  { clusters, weights }: ScoredColumns,
  { names, values, unscored }: AlgorithmColumns,
  rows: readonly number[],
): void {
  if (weights !== undefined && rows.some((row) => weights[row] !== undefined)) cell.isWeighted = true;
  for (const row of unscored.size === 0 ? [] : rows) {
    const reason = unscored.get(row)?.unscored;
    if (reason !== undefined) cell.unscored.set(reason, (cell.unscored.get(reason) ?? 0) + 1);
  }
  for (const [k, name] of names.entries()) {
    const score = cell.scores.get(name);
    if (score === undefined) continue;
    const spec = specs[name]!;
    for (const row of rows) {
      if (unscored.size > 0 && unscored.has(row)) continue;
      const value = values[row * names.length + k]!;
      score.moments.add(value);
      if (score.histogram !== null) score.histogram[binOf(value, spec)]! += 1;
      const cluster = clusters?.[row];
      const weight = weights?.[row];
      score.counts?.add(value, { weight, cluster });
      if (cluster !== undefined) clusterOf(score, cluster).add(value);
      if (weight !== undefined) weightOf(score, weight, cluster).add(value);
    }
  }
}

/** The rows of each name, in the order in which names come; rows without one are left out. */
export function rowsByName(names: readonly (string | undefined)[] | undefined): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const [row, name] of names?.entries() ?? []) {
    if (name === undefined) continue;
    const rows = found.get(name);
    if (rows === undefined) found.set(name, [row]);
    else rows.push(row);
  }
  return found;
}
