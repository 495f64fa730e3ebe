import type { RunView } from '@assay/core';
import { writeTextFiles } from '../files/write-text-files.ts';
import type { Written } from '../files/written.ts';
import type { ReportOptions } from './report-options.ts';
import { SCORE_COLUMNS, scoreRowsOf } from './score-rows.ts';

/** How texts begin that a spreadsheet would run as a formula. @see https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^[=+\-@\t\r]/;

/** @see https://www.rfc-editor.org/rfc/rfc4180 */
function cell(value: string | number | null, isRaw: boolean): string {
  const plain = value === null ? '' : String(value);
  const text = typeof value === 'string' && !isRaw && FORMULA.test(value) ? `'${plain}` : plain;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The long format as CSV: one row a model, sample and score. Texts that begin as formulas do get a `'` before them. */
export function writeCsv(run: RunView, file: string, { raw = false }: ReportOptions = {}): Promise<Written> {
  return writeTextFiles(async (open) => {
    const csv = open(file);
    await csv.write(`${SCORE_COLUMNS.join(',')}\r\n`);
    for await (const sample of run.rows) {
      for (const row of scoreRowsOf(run, sample)) {
        await csv.write(`${SCORE_COLUMNS.map((column) => cell(row[column], raw)).join(',')}\r\n`);
      }
    }
  });
}
