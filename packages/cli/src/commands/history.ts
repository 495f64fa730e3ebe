import { AssayError } from 'assay/internal';
import { historyTable } from '../print/history-table.ts';
import { printable, terminalOf } from '../print/terminal.ts';
import { RunCatalogue } from '../runs/run-catalogue.ts';
import { type HistoryRow, runRows, trendsOf } from '../runs/score-history.ts';
import { storeRows } from '../runs/store-rows.ts';

export interface HistoryFlags {
  readonly score?: string;
  readonly model?: string;
  readonly dataset?: string;
  readonly since?: string;
  readonly json?: true;
}

/** How scores moved over the runs of a folder, or of a Parquet store; with `--since` which are worse than before. */
export async function history(folder: string | undefined, flags: HistoryFlags): Promise<number> {
  const since = flags.since === undefined ? undefined : dateOf(flags.since);
  const rows = (await storeRows(folder)) ?? (await catalogueRows(folder));
  const trends = trendsOf(rows, { score: flags.score, model: flags.model, dataset: flags.dataset, since });
  if (trends.length === 0) {
    const known = new Set(rows.map((row) => `${row.algorithm}.${row.score}`));
    const hint = known.size === 0 ? 'Start one with `assay run CONFIG`.' : `The runs have: ${[...known].join(', ')}.`;
    throw new AssayError('RUN_NOT_FOUND', 'no finished run has such a score', { hint });
  }
  const text =
    flags.json === true
      ? JSON.stringify(trends, null, 2)
      : historyTable(trends, terminalOf(process.stdout, process.env, undefined));
  process.stdout.write(`${text}\n`);
  const regressions = trends.filter((trend) => trend.since?.change === 'worse');
  if (since !== undefined && flags.json !== true)
    process.stdout.write(
      `\n${regressions.length === 0 ? 'no score' : `${regressions.length} of ${trends.length} scores`} worse since ${flags.since}\n`,
    );
  return 0;
}

/** Of all runs that can be read; the others are told. */
async function catalogueRows(folder: string | undefined): Promise<HistoryRow[]> {
  const catalogue = new RunCatalogue(folder);
  const rows = runRows(await catalogue.list());
  for (const [run, why] of catalogue.damaged)
    process.stderr.write(`note: ${printable(`${run} is left out: ${why}`)}\n`);
  return rows;
}

function dateOf(text: string): Date {
  const date = new Date(text);
  if (!Number.isNaN(date.getTime())) return date;
  throw new AssayError('USAGE', `--since is ${JSON.stringify(text)}`, { hint: 'Write a date such as 2026-11-24.' });
}
