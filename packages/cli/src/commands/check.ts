import { ALGORITHMS, loadConfig, type RunnerKind, requireValid, resolveRunners } from 'assay/internal';
import { EXIT } from '../exit-codes.ts';
import { printError } from '../print/print-error.ts';
import { printFindings } from '../print/print-findings.ts';
import { printable } from '../print/terminal.ts';

export interface CheckFlags {
  readonly runner?: RunnerKind;
  readonly localModel?: string;
}

/** Prints every finding of every file; exit code 2 when any is an error. */
export async function check(files: readonly string[], flags: CheckFlags): Promise<number> {
  let worst: number = EXIT.passed;
  for (const file of files) {
    try {
      const loaded = await loadConfig(file, { algorithms: ALGORITHMS });
      printFindings(loaded.findings, process.stdout);
      if (loaded.findings.some(({ severity }) => severity === 'error')) {
        worst = EXIT.usage;
        continue;
      }
      if (loaded.config === undefined) continue;
      const models = resolveRunners(requireValid(loaded), flags);
      const names = models.map(({ name, runner }) => `${printable(name)} (${runner})`).join(', ');
      process.stdout.write(`${printable(file)}: ok   ${names}\n`);
    } catch (thrown) {
      worst = Math.max(worst, printError(thrown));
    }
  }
  return worst;
}
