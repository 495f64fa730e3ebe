import { findRun, readRun } from '@assay/core';
import { printable } from '../print/terminal.ts';

export interface ReportFlags {
  readonly output?: string;
}

export async function report(name: string, flags: ReportFlags): Promise<number> {
  const { writeReport } = await import('@assay/report');
  const folder = findRun(name);
  const file = flags.output ?? folder.report;
  await writeReport(await readRun(folder), file);
  process.stdout.write(`${printable(file)}\n`);
  return 0;
}
