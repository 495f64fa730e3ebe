import { ImportFindings } from '../findings.ts';
import type { ImportedEvaluation } from '../imported-evaluation.ts';
import { expandTasks } from './expand-tasks.ts';
import { type ImportTaskOptions, importTask } from './import-task.ts';
import { PythonFunctions } from './python-functions.ts';
import type { TaskSource } from './task-source.ts';

export type ImportLmEvalOptions = Partial<ImportTaskOptions>;

/** The embedded model, which every machine has. */
const DEFAULT_MODEL = 'SmolLM2-135M-Instruct';

/** Task files of lm-evaluation-harness as evaluations of ours, groups as one for each task. */
export async function importLmEval(
  files: readonly string[],
  options: ImportLmEvalOptions = {},
): Promise<ImportedEvaluation[]> {
  const { cwd = process.cwd(), data = [], model = DEFAULT_MODEL, shots, checksOnly } = options;
  const evaluations: ImportedEvaluation[] = [];
  const functions = new PythonFunctions();
  for (const file of files) {
    const findings = new ImportFindings();
    let sources: TaskSource[] = [];
    try {
      sources = await expandTasks(file, cwd, findings);
    } catch (thrown) {
      findings.failure(thrown, { file });
    }
    if (findings.list.length > 0) {
      evaluations.push({ name: file, source: file, findings: findings.list, config: undefined, rows: [] });
    }
    for (const source of sources)
      evaluations.push(await importTask(source, { cwd, data, model, shots, functions, checksOnly }));
  }
  return evaluations;
}
