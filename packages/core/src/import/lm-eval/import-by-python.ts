import { resolve } from 'node:path';
import { ImportFindings } from '../findings.ts';
import type { ImportedEvaluation } from '../imported-evaluation.ts';
import { harnessEvaluation } from './harness-evaluation.ts';
import { importFile } from './import-samples.ts';
import { loggedTask } from './logged-task.ts';
import {
  type MaterialisedTask,
  type MaterialiseOptions,
  plainOverrides,
  withMaterialised,
} from './materialise-tasks.ts';
import { TaskSettings } from './task-settings.ts';
import type { TaskSource } from './task-source.ts';

export interface ImportByPythonOptions extends MaterialiseOptions {
  /** The model that the configs name. */
  readonly model: string;
}

/** What no process here may ask or run, whoever scores it. */
export const NEVER = ['doc_to_image', 'doc_to_audio', 'unsafe_code'] as const;

/**
 * Tasks as evaluations of ours whose requests an installed lm-evaluation-harness makes, by running all of their Python. What has
 * metrics of ours is scored by them; anything else by the harness, when the config is run.
 * @throws AssayError PACKAGE_MISSING without Python or the harness
 */
export function importByPython(
  sources: readonly TaskSource[],
  { model, ...options }: ImportByPythonOptions,
): Promise<ImportedEvaluation[]> {
  return withMaterialised(sources, options, async (tasks) => {
    const evaluations: ImportedEvaluation[] = [];
    for (const task of tasks) evaluations.push(await importMade(task, model, options.cwd));
    return evaluations;
  });
}

async function importMade(task: MaterialisedTask, model: string, cwd: string): Promise<ImportedEvaluation> {
  const { source } = task;
  if ('failure' in task) return failed(source, task.failure);
  const own = { ...(await importFile(task.file, model, true)), source: source.file };
  const isWhole = own.findings.every(({ severity }) => severity === 'note');
  const { config } = task.file;
  if (isWhole || NEVER.some((key) => config[key] !== undefined && config[key] !== null && config[key] !== false))
    return own;
  const findings = new ImportFindings();
  try {
    const type = new TaskSettings(loggedTask(task.file, []).source, findings).outputType();
    const path = resolve(cwd, source.file);
    const harness = { ...task, path, overrides: plainOverrides(source) };
    const made = await harnessEvaluation(harness, type, model, findings);
    if (made !== undefined && !findings.hasError) return { ...own, ...made, findings: findings.list };
  } catch (thrown) {
    findings.failure(thrown, { file: source.file });
  }
  const isNothing = own.config === undefined;
  return isNothing ? { ...own, findings: findings.list } : own;
}

function failed({ file, fields }: TaskSource, failure: unknown): ImportedEvaluation {
  const findings = new ImportFindings();
  findings.failure(failure, { file });
  const name = String(fields.get('task')?.value ?? 'task');
  return { name, source: file, findings: findings.list, config: undefined, rows: [], outside: [] };
}
