import { type RunFolder, readRun } from '@assay/core';

/** Why a model's first samples have no score, in words: what a run says that scored nothing. */
export async function firstTrouble(folder: RunFolder, model: string): Promise<string | undefined> {
  const { rows } = await readRun(folder, { maxRows: 10_000 });
  for await (const row of rows) {
    if (row.model !== model) continue;
    const [reason] = Object.entries(row.unscored);
    const trouble = row.error ?? (reason === undefined ? undefined : `${reason[0]}: ${reason[1]}`);
    if (trouble !== undefined) return `sample ${row.index}: ${trouble}`;
  }
  return undefined;
}
