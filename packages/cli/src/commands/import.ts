import { dirname } from 'node:path';
import { AssayError, configReach, loadConfig, type Reach, resolveRunners } from 'assay/internal';
import {
  type ImportedEvaluation,
  importLmEval,
  importPromptfoo,
  importSamples,
  type OutsideFile,
  writeImported,
} from 'assay/internal/import';
import { countFlag } from '../count-flag.ts';
import { EXIT } from '../exit-codes.ts';
import { printFindings } from '../print/print-findings.ts';
import { reachLines } from '../print/reach-lines.ts';
import { printable } from '../print/terminal.ts';

export interface ImportLmEvalFlags {
  readonly output?: string;
  readonly fromSamples?: string;
  readonly check?: boolean;
  readonly data?: readonly string[];
  readonly numFewshot?: string;
  readonly model: string;
  readonly allowFile?: readonly string[];
  readonly allowPython?: true;
}

/** Imports lm-evaluation-harness tasks, or tells what of them can be. Exit code 2 where one cannot be imported; the others are written. */
export async function importLmEvalTasks(files: readonly string[], flags: ImportLmEvalFlags): Promise<number> {
  const { output, check = false } = flags;
  if (output === undefined && !check) throw new AssayError('USAGE', 'import lm-eval needs -o FOLDER, or --check');
  if (flags.fromSamples !== undefined) return importLoggedSamples(flags.fromSamples, files, flags);
  if (files.length === 0) throw new AssayError('USAGE', 'import lm-eval needs task files, or --from-samples');
  const evaluations = await importLmEval(files, {
    checksOnly: check,
    model: flags.model,
    allowFile: flags.allowFile,
    allowPython: flags.allowPython,
    ...(flags.data === undefined ? {} : { data: flags.data }),
    ...(flags.numFewshot === undefined ? {} : { shots: countFlag('--num-fewshot', flags.numFewshot, 0, 1000) }),
  });
  return writeAndTell(evaluations, output ?? '.');
}

/** What was logged says which rows were asked, and how: nothing else may. */
async function importLoggedSamples(
  where: string,
  files: readonly string[],
  { output, check = false, model, ...flags }: ImportLmEvalFlags,
): Promise<number> {
  const beside = [
    ...(files.length > 0 ? ['task files'] : []),
    ...(flags.data === undefined ? [] : ['--data']),
    ...(flags.numFewshot === undefined ? [] : ['--num-fewshot']),
  ];
  if (beside.length > 0) throw new AssayError('USAGE', `--from-samples does not go with ${beside.join(' and ')}`);
  const evaluations = await importSamples(where, { model });
  return writeAndTell(check ? evaluations.map((each) => ({ ...each, config: undefined })) : evaluations, output ?? '.');
}

export interface ImportPromptfooFlags {
  readonly output: string;
  readonly model?: string;
  readonly judge?: string;
  readonly encoder?: string;
  readonly data?: readonly string[];
  readonly prices?: string;
  readonly allowFile?: readonly string[];
  readonly allowCode?: true;
  readonly allowPartial?: true;
}

/** Imports a promptfoo config. Exit code 2 where it cannot be imported, or in part only and that was not allowed. */
export async function importPromptfooConfig(file: string, flags: ImportPromptfooFlags): Promise<number> {
  const { output, allowPartial = false, ...options } = flags;
  const evaluation = await importPromptfoo(file, { ...options, allowPartial });
  const code = await writeAndTell([evaluation], output);
  const isPartial = evaluation.findings.some(({ severity }) => severity === 'warning');
  if (code !== EXIT.passed || !isPartial || allowPartial) return code;
  process.stderr.write('Not all of it is carried over. Look at the warnings; --allow-partial takes what is left.\n');
  return EXIT.usage;
}

/** A file that the import itself read elsewhere, for it was allowed to. */
function reachOfImport({ file, at }: OutsideFile): Reach {
  return { kind: 'file', name: file, use: 'is read by the import', at, needs: `--allow-file ${dirname(file)}` };
}

/** What a config that was written will reach, before anybody runs it. */
async function reachOfFile(file: string): Promise<string> {
  const loaded = await loadConfig(file);
  if (loaded.config === undefined) return '';
  const config = { ...loaded, config: loaded.config };
  return reachLines(configReach(config, resolveRunners(config)));
}

/** Findings on stderr, the configs that were written on stdout. */
async function writeAndTell(evaluations: readonly ImportedEvaluation[], folder: string): Promise<number> {
  for (const { findings } of evaluations) printFindings(findings, process.stderr);
  // Tasks of one group share what they read.
  const outside = new Set(evaluations.flatMap((each) => each.outside));
  process.stderr.write(reachLines([...outside].map(reachOfImport)));
  for (const file of await writeImported(evaluations, folder)) {
    process.stdout.write(`${printable(file)}\n`);
    if (file.endsWith('.yaml')) process.stderr.write(await reachOfFile(file));
  }
  const failed = evaluations.some(({ findings }) => findings.some(({ severity }) => severity === 'error'));
  return failed ? EXIT.usage : EXIT.passed;
}
