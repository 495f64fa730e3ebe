import {
  ALGORITHMS,
  type CheckedModel,
  checkConfig,
  configReach,
  type DataCheck,
  formatBytes,
  loadConfig,
  type RunnerKind,
  requireValid,
  resolveRunners,
} from 'assay/internal';
import { EXIT } from '../exit-codes.ts';
import { nameAnd } from '../print/fit-text.ts';
import { printError } from '../print/print-error.ts';
import { printFindings } from '../print/print-findings.ts';
import { reachLines } from '../print/reach-lines.ts';
import { printable, terminalOf } from '../print/terminal.ts';

export interface CheckFlags {
  readonly runner?: RunnerKind;
  readonly localModel?: string;
  /** The file alone. */
  readonly quick?: true;
}

const DEFAULT_CONFIG = 'evaluation_config.yaml';

/** Prints every finding of every file; exit code 2 when any is an error. */
export async function check(files: readonly string[], flags: CheckFlags): Promise<number> {
  let worst: number = EXIT.passed;
  for (const file of files.length === 0 ? [DEFAULT_CONFIG] : files) {
    try {
      worst = Math.max(worst, flags.quick === true ? await checkFile(file, flags) : await checkAll(file, flags));
    } catch (thrown) {
      worst = Math.max(worst, printError(thrown));
    }
  }
  return worst;
}

/** The file by its schema, without a look at what it names. */
async function checkFile(file: string, flags: CheckFlags): Promise<number> {
  const loaded = await loadConfig(file, { algorithms: ALGORITHMS });
  printFindings(loaded.findings, process.stdout);
  if (loaded.findings.some(({ severity }) => severity === 'error')) return EXIT.usage;
  if (loaded.config === undefined) return EXIT.passed;
  const models = resolveRunners(requireValid(loaded), flags);
  const names = models.map(({ name, runner }) => `${printable(name)} (${runner})`).join(', ');
  process.stdout.write(`${printable(file)}: ok   ${names}\n`);
  process.stdout.write(reachLines(configReach(requireValid(loaded), models)));
  return EXIT.passed;
}

async function checkAll(file: string, flags: CheckFlags): Promise<number> {
  const loaded = await loadConfig(file, { algorithms: ALGORITHMS });
  const { findings, models, data } = await checkConfig(loaded, flags);
  printFindings(findings, process.stdout);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  if (errors > 0) {
    process.stdout.write(`${printable(file)}: ${errors} ${errors === 1 ? 'error' : 'errors'}\n`);
    return EXIT.usage;
  }
  if (loaded.config === undefined) return EXIT.passed;
  const { columns } = terminalOf(process.stdout, process.env, undefined);
  process.stdout.write(`${nameAnd(`${printable(file)}: ok   `, 0, models.map(modelWords).join(', '), columns)}\n`);
  if (data !== undefined) process.stdout.write(`  data     ${dataWords(data)}\n`);
  const valid = requireValid(loaded);
  process.stdout.write(reachLines(configReach(valid, resolveRunners(valid, flags))));
  return EXIT.passed;
}

function modelWords({ name, runner, where }: CheckedModel): string {
  return `${printable(name)} (${where === undefined ? runner : `${runner}, ${where}`})`;
}

const DELIMITERS: Readonly<Record<string, string>> = { ';': 'semicolons', '\t': 'tabs', '|': 'pipes' };

/** `fragen: 60 rows, 1 file, 12 kB, split at semicolons, windows-1252`. */
function dataWords({ name, rows, taken, isCut, files, bytes, encoding, delimiter }: DataCheck): string {
  const split = delimiter === undefined || delimiter === ',' ? [] : [`split at ${DELIMITERS[delimiter] ?? delimiter}`];
  const more = isCut ? ' and more' : '';
  const facts = [
    `${rows.toLocaleString('en')}${more} ${rows === 1 ? 'row' : 'rows'}`,
    ...(taken === undefined || taken === rows ? [] : [`a run takes ${taken.toLocaleString('en')}`]),
    `${files} ${files === 1 ? 'file' : 'files'}, ${formatBytes(bytes)}`,
    ...split,
    ...(encoding === undefined ? [] : [encoding]),
  ];
  return `${printable(name)}: ${facts.map(printable).join(', ')}`;
}
