import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { knownAlgorithms } from '../algorithms/recorded-algorithm.ts';
import { isRecord } from '../datasets/row-batch.ts';
import { AssayError } from '../errors/assay-error.ts';
import { findRun, type ReadRunOptions, readRun } from '../results/read-run.ts';
import type { RunView } from '../results/summary.ts';
import type { KnownAlgorithms } from '../selection/model-scores.ts';
import { type RunFolder, runFolder } from '../storage/run-folder.ts';
import { type ForeignOutput, type ForeignTool, foreignRun } from './foreign-run.ts';
import { readInspectArchive } from './inspect-archive.ts';
import { isInspectLog, readInspectLog } from './inspect-output.ts';
import { readLmEvalOutput } from './lm-eval-output.ts';
import { isPromptfooOutput, readPromptfooOutput } from './promptfoo-output.ts';

/** A run to compare, whichever tool made it. `open` may be called again for fresh rows. */
export interface RunSource {
  readonly tool: 'assay' | ForeignTool;
  readonly notes: readonly string[];
  open(): Promise<OpenedRun>;
}

export interface OpenedRun {
  readonly view: RunView;
  /** As far as its scores over all samples can be compared. */
  readonly algorithms: KnownAlgorithms;
}

/**
 * A run of ours by folder or name; lm-evaluation-harness's samples by file or output folder; Inspect's log by file (`.eval` or
 * JSON), or by its folder where that holds one alone; promptfoo's JSON output. @throws AssayError RUN_NOT_FOUND, DATASET_SYNTAX
 */
export async function openRun(
  name: string,
  cwd: string = process.cwd(),
  options: Pick<ReadRunOptions, 'onDamage'> = {},
): Promise<RunSource> {
  const path = resolve(cwd, name);
  if (!existsSync(path) || existsSync(runFolder(path).manifest)) {
    const folder = findRun(name, cwd);
    return { tool: 'assay', notes: [], open: () => openOwn(folder, options) };
  }
  const output = statSync(path).isDirectory() ? await readFolder(path, name) : await readOutputFile(path, name);
  return { tool: output.tool, notes: output.notes, open: async () => foreignRun(output) };
}

async function openOwn(folder: RunFolder, options: Pick<ReadRunOptions, 'onDamage'>): Promise<OpenedRun> {
  const view = await readRun(folder, options);
  return { view, algorithms: knownAlgorithms(view.manifest.algorithms) };
}

async function readFolder(path: string, name: string): Promise<ForeignOutput> {
  const { default: glob } = await import('fast-glob');
  const files = (await glob('**/samples_*.jsonl', { cwd: path, absolute: true, deep: 2 })).sort();
  if (files.length > 0) return readLmEvalOutput(latest(files), name);
  const logs = (await glob(['*.eval', '[0-9]*T*_*.json'], { cwd: path, absolute: true })).sort();
  if (logs.length === 1) return readOutputFile(logs[0]!, name);
  const found = logs.length === 0 ? 'no samples_*.jsonl of lm-evaluation-harness' : `${logs.length} logs of Inspect`;
  throw new AssayError('RUN_NOT_FOUND', `${name} is no run folder, and holds ${found}`, {
    hint: 'Name a run folder, a samples_*.jsonl, an Inspect log (.eval or .json) or a promptfoo JSON output.',
  });
}

/** Of each task only the file of the last time. */
function latest(files: readonly string[]): string[] {
  const byTask = new Map<string, string>();
  for (const file of files) byTask.set(file.replace(/_\d{4}-\d\d-\d\dT[\d.-]+\.jsonl$/, ''), file);
  return [...byTask.values()];
}

async function readOutputFile(path: string, name: string): Promise<ForeignOutput> {
  if (/\.jsonl(\.gz)?$/.test(path)) return readLmEvalOutput([path], name);
  if (path.endsWith('.eval')) return readInspectArchive(path, name);
  const hint = 'Inspect writes .eval and .json logs; promptfoo writes JSON by `eval -o out.json`.';
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new AssayError('DATASET_SYNTAX', `${name} is no JSON`, { hint, cause });
  }
  if (isRecord(content) && isInspectLog(content)) return readInspectLog(content, name);
  if (isRecord(content) && isPromptfooOutput(content)) return readPromptfooOutput(content, name);
  throw new AssayError('DATASET_SYNTAX', `${name} is no Inspect log and no promptfoo output`, { hint });
}
