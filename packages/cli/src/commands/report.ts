import { join } from 'node:path';
import {
  AssayError,
  checkGates,
  didYouMean,
  findRun,
  type GateResult,
  parseConfig,
  parseGate,
  type RunFolder,
  readManifest,
  readRun,
} from '@assay/core';
import { EXIT } from '../exit-codes.ts';
import { printGates } from '../print/print-gates.ts';
import { printable } from '../print/terminal.ts';
import { writeRunReport } from '../write-run-report.ts';

export interface ReportFlags {
  readonly format: string;
  readonly output?: string;
  readonly failOn?: readonly string[];
}

/** Writes a run in any format, with the gates of its config and of `--fail-on`. Exit code 1 when one of the latter fails. */
export async function report(name: string, flags: ReportFlags): Promise<number> {
  const folder = findRun(name);
  const { REPORT_FORMATS } = await import('@assay/report');
  const format = Object.entries(REPORT_FORMATS).find(([known]) => known === flags.format)?.[1];
  if (format === undefined) throw unknownFormat(flags.format, Object.keys(REPORT_FORMATS));
  const own = await gatesOf(folder, await configGates(folder));
  const asked = await gatesOf(folder, flags.failOn ?? []);
  if (flags.format === 'html') {
    const file = flags.output ?? folder.report;
    await writeRunReport(folder, file, (text) => process.stderr.write(`${text}\n`));
    process.stdout.write(`${printable(file)}\n`);
  } else {
    const path =
      flags.output ?? join(folder.path, format.extension === null ? flags.format : `report${format.extension}`);
    const gates = [...own, ...asked].map(({ gate, model, passed, reason }) => ({
      name: `${gate} (${model})`,
      passed,
      reason,
    }));
    const { files } = await format.write(await readRun(folder), path, { gates });
    for (const file of files) process.stdout.write(`${printable(file)}\n`);
  }
  return printGates(asked, process.stderr) ? EXIT.passed : EXIT.gateFailed;
}

function unknownFormat(format: string, known: readonly string[]): AssayError {
  const near = didYouMean(format, known);
  const hint = `The formats are: ${known.join(', ')}.`;
  return new AssayError('REPORT_FORMAT', `there is no format ${JSON.stringify(format)}`, {
    hint: near === undefined ? hint : `Did you mean "${near}"? ${hint}`,
  });
}

/** Gates as the run's own config states them; a run of outputs alone has none. */
async function configGates(folder: RunFolder): Promise<readonly unknown[]> {
  const { configText, configFile } = await readManifest(folder);
  return parseConfig(configText, configFile).config?.gates ?? [];
}

async function gatesOf(folder: RunFolder, gates: readonly unknown[]): Promise<GateResult[]> {
  if (gates.length === 0) return [];
  const parsed = gates.flatMap((gate) => parseGate(gate as Parameters<typeof parseGate>[0]));
  return checkGates(parsed, await readRun(folder), async (baseline) => {
    if (baseline !== undefined) return readRun(findRun(baseline));
    throw new AssayError('USAGE', 'a regression gate needs a baseline run', {
      hint: 'Name it in the gate (baseline: RUN), or use `assay compare BASELINE CANDIDATE --fail-on regression`.',
    });
  });
}
