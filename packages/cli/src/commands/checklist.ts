import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ALGORITHMS, AssayError, composeRun, loadConfig, makeChecklist, requireValid } from 'assay/internal';
import { countFlag } from '../count-flag.ts';
import { EXIT } from '../exit-codes.ts';
import { type RunFlags, runSettings } from '../flags/run-flags.ts';
import { onInterrupt } from '../on-interrupt.ts';
import { printFindings } from '../print/print-findings.ts';
import { ProgressLine } from '../print/progress-line.ts';
import { printable } from '../print/terminal.ts';

export interface ChecklistFlags extends RunFlags {
  readonly algorithm?: string;
  readonly samples?: string;
  readonly force?: boolean;
}

/** The judge writes a checklist once, which is kept beside the config, to be read and edited. */
export async function checklist(file: string, flags: ChecklistFlags): Promise<number> {
  const { algorithm, samples, force, ...run } = flags;
  const loaded = await loadConfig(file, { algorithms: ALGORITHMS });
  printFindings(loaded.findings, process.stderr);
  const config = requireValid(loaded);
  const progress = ProgressLine.onStderr('plain');
  const { signal, dispose } = onInterrupt((text) => progress.note(text));
  const settings = runSettings(run);
  const composition = composeRun(config, { notices: progress, settings, signal });
  try {
    const made = await makeChecklist(config, settings, composition, {
      algorithm,
      samples: samples === undefined ? undefined : countFlag('--samples', samples, 1, 100),
      before: (path) => {
        if (force === true || !existsSync(resolve(config.baseDir, path))) return;
        throw new AssayError('USAGE', `${path} is there already`, {
          hint: 'A checklist is made once for a data set, and edited. --force makes it anew.',
        });
      },
    });
    await writeFile(resolve(config.baseDir, made.file), made.text);
    for (const item of made.items) process.stdout.write(`- ${printable(item)}\n`);
    process.stdout.write(`checklist   ${printable(made.file)}   (read it, and edit it before the first run)\n`);
    return EXIT.passed;
  } finally {
    await composition.close();
    dispose();
  }
}
