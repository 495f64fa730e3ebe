import { dirname, resolve } from 'node:path';
import { isAssayError } from '../../errors/assay-error.ts';
import { ImportFindings } from '../findings.ts';
import { ImportFolder } from '../import-folder.ts';
import type { ImportedEvaluation } from '../imported-evaluation.ts';
import { checkByPython } from './check-by-python.ts';
import { expandTasks } from './expand-tasks.ts';
import { importByPython } from './import-by-python.ts';
import { type ImportTaskOptions, importTask } from './import-task.ts';
import { PythonFunctions, tasksFolder } from './python-functions.ts';
import type { TaskSource } from './task-source.ts';

export interface ImportLmEvalOptions extends Partial<Omit<ImportTaskOptions, 'functions' | 'folder'>> {
  /** Folders outside the tasks' whose files they may include, import and read, too. */
  readonly allowFile?: readonly string[] | undefined;
  /** Whether an installed lm-evaluation-harness makes the requests, which runs the Python of the tasks. @default false */
  readonly allowPython?: boolean | undefined;
}

/** The embedded model, which every machine has. */
const DEFAULT_MODEL = 'SmolLM2-135M-Instruct';

/** Task files of lm-evaluation-harness as evaluations of ours, groups as one for each task. */
export async function importLmEval(
  files: readonly string[],
  options: ImportLmEvalOptions = {},
): Promise<ImportedEvaluation[]> {
  const { cwd = process.cwd(), data = [], model = DEFAULT_MODEL, shots, checksOnly, allowFile } = options;
  const evaluations: ImportedEvaluation[] = [];
  const byPython: TaskSource[] = [];
  const runsPython = options.allowPython === true && checksOnly !== true;
  for (const file of files) {
    const beside = dirname(resolve(cwd, file));
    const folder = ImportFolder.of(beside, allowFile, [tasksFolder(beside)]);
    const functions = new PythonFunctions(folder);
    const findings = new ImportFindings();
    let sources: TaskSource[] = [];
    try {
      sources = await expandTasks(file, folder, cwd, findings);
    } catch (thrown) {
      // The harness has a YAML reader of its own, which forgives more.
      if (runsPython && isAssayError(thrown) && thrown.code === 'CONFIG_SYNTAX')
        sources = [{ file, fields: new Map() }];
      else findings.failure(thrown, { file });
    }
    if (findings.list.length > 0) {
      evaluations.push({ name: file, source: file, findings: findings.list, config: undefined, rows: [], outside: [] });
    }
    if (runsPython) byPython.push(...sources);
    else {
      for (const source of sources) {
        const made = await importTask(source, { cwd, data, model, shots, functions, folder, checksOnly });
        const isChecked = options.allowPython === true;
        evaluations.push(isChecked ? { ...made, findings: checkByPython(source, made.findings) } : made);
      }
    }
  }
  if (byPython.length === 0) return evaluations;
  return [...evaluations, ...(await importByPython(byPython, { cwd, data, model, shots }))];
}
