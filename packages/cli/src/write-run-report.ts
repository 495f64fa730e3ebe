import { type RunFolder, readRun, sampleCount } from '@assay/core';

/** The page's explorer stays quick up to so many rows. */
const MAX_ROWS = 100_000;

/** Writes a run's page; of a larger run it shows samples chosen evenly, and says so. */
export async function writeRunReport(folder: RunFolder, file: string, note: (text: string) => void): Promise<void> {
  const { writeReport } = await import('@assay/report');
  const run = await readRun(folder, { maxRows: MAX_ROWS });
  await writeReport(run, file);
  const total = sampleCount(run.summary);
  if (total <= MAX_ROWS) return;
  const figures = [MAX_ROWS, total].map((count) => count.toLocaleString('en'));
  note(`the page lists ${figures[0]} of ${figures[1]} samples, chosen evenly; all of them are in journal.jsonl`);
}
