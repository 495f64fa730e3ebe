import type { RunView } from '@assay/core';
import { writeTextFiles } from '../files/write-text-files.ts';
import type { Written } from '../files/written.ts';
import { SCORE_COLUMNS, scoreRowsOf } from './score-rows.ts';

/** @see https://www.rfc-editor.org/rfc/rfc4180 */
function cell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The long format as CSV: one row a model, sample and score. */
export function writeCsv(run: RunView, file: string): Promise<Written> {
  return writeTextFiles(async (open) => {
    const csv = open(file);
    await csv.write(`${SCORE_COLUMNS.join(',')}\r\n`);
    for await (const sample of run.rows) {
      for (const row of scoreRowsOf(run, sample)) {
        await csv.write(`${SCORE_COLUMNS.map((column) => cell(row[column])).join(',')}\r\n`);
      }
    }
  });
}
