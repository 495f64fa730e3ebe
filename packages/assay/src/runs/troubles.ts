import { type RunFolder, readRun } from '@assay/core';

/** Rows that are read for reasons: a run that failed as a whole shows them at once. */
const LOOKED_AT = 100_000;

/** One reason why samples of a model have no score. */
export interface Trouble {
  readonly reason: string;
  /** Samples with it, among those that were looked at. */
  readonly count: number;
  /** The first of them as a row of the data, from 1. */
  readonly row: number;
}

/** Why samples of each model failed or, where nothing of it is scored, have no score: the most frequent reason first. */
export async function troublesOf(
  folder: RunFolder,
  models: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly Trouble[]>> {
  const found = new Map<string, Map<string, { reason: string; count: number; row: number }>>();
  const { rows } = await readRun(folder, { maxRows: LOOKED_AT });
  for await (const { model, index, error, unscored } of rows) {
    if (!models.has(model)) continue;
    const [first] = Object.entries(unscored);
    const reason = error ?? (first === undefined ? undefined : `${first[0]}: ${first[1]}`);
    if (reason === undefined) continue;
    const own = found.get(model) ?? new Map();
    found.set(model, own);
    // What differs from sample to sample, such as a length, makes no other reason.
    const kind = reason.replace(/\d+/g, '#');
    const known = own.get(kind);
    own.set(kind, {
      reason: known === undefined || index + 1 < known.row ? reason : known.reason,
      count: (known?.count ?? 0) + 1,
      row: Math.min(known?.row ?? Number.POSITIVE_INFINITY, index + 1),
    });
  }
  return new Map([...found].map(([model, own]) => [model, [...own.values()].sort((a, b) => b.count - a.count)]));
}
