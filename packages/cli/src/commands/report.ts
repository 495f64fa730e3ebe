import { findRun } from '@assay/core';
import { printable } from '../print/terminal.ts';
import { writeRunReport } from '../write-run-report.ts';

export interface ReportFlags {
  readonly output?: string;
}

export async function report(name: string, flags: ReportFlags): Promise<number> {
  const folder = findRun(name);
  const file = flags.output ?? folder.report;
  await writeRunReport(folder, file, (text) => process.stderr.write(`${text}\n`));
  process.stdout.write(`${printable(file)}\n`);
  return 0;
}
