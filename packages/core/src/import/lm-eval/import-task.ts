import { ImportFindings } from '../findings.ts';
import type { ImportFolder } from '../import-folder.ts';
import type { ImportedEvaluation } from '../imported-evaluation.ts';
import { checkFunctionsAndTemplates } from './check-task.ts';
import { generationSettings } from './generation-settings.ts';
import { importedConfig } from './imported-config.ts';
import type { PythonFunctions } from './python-functions.ts';
import { taskAlgorithms } from './task-algorithms.ts';
import { taskData } from './task-data.ts';
import { readsChoices, taskRows } from './task-rows.ts';
import { checkTaskKeys, type OutputType, TaskSettings } from './task-settings.ts';
import type { TaskSource } from './task-source.ts';

export interface ImportTaskOptions {
  /** `split=file`, or folders to look for splits in. */
  readonly data: readonly string[];
  /** Examples before each question, in place of the task's own num_fewshot. */
  readonly shots?: number | undefined;
  /** The model that the config names. */
  readonly model: string;
  readonly cwd: string;
  /** Whether to tell what can be carried over, without any row: nothing is made then. */
  readonly checksOnly?: boolean | undefined;
  /** Shared by the tasks of one import, so that each file is read once. */
  readonly functions: PythonFunctions;
  /** Says which files may be read. */
  readonly folder: ImportFolder;
}

/** One lm-evaluation-harness task as an evaluation of ours; what cannot be carried over is among its findings. */
export async function importTask(source: TaskSource, options: ImportTaskOptions): Promise<ImportedEvaluation> {
  const findings = new ImportFindings();
  const settings = new TaskSettings(source, findings);
  const name = settings.text('task') ?? 'task';
  const done = (parts: Pick<ImportedEvaluation, 'config' | 'rows'>): ImportedEvaluation => ({
    name,
    source: source.file,
    findings: findings.list,
    outside: options.folder.outside,
    ...parts,
  });
  const failed = { config: undefined, rows: [] };
  checkTaskKeys(settings, findings);
  const type = settings.outputType();
  checkRuntime(settings, type, findings);
  if (findings.hasError) return done(failed);
  try {
    const { functions, folder } = options;
    if (options.checksOnly === true) {
      checkFunctionsAndTemplates(settings, functions, findings);
      taskAlgorithms(settings, type, null, functions, findings);
      if (type === 'generate_until') generationSettings(settings, findings);
      return done(failed);
    }
    const data = taskData(source, options.data, options.cwd, functions, folder);
    const { rows, delimiter, areInputs } = await taskRows(settings, type, data, functions, options.shots, findings);
    const scored = taskAlgorithms(settings, type, delimiter, functions, findings);
    const parameters = type === 'generate_until' ? generationSettings(settings, findings) : undefined;
    if (findings.hasError) return done(failed);
    const { model } = options;
    const hasChoices = readsChoices(settings, type);
    return done({
      config: importedConfig({ name, type, model, scored, parameters, hasChoices, areInputs }),
      rows,
    });
  } catch (thrown) {
    findings.failure(thrown, settings.placeOf('task'));
    return done(failed);
  }
}

/** Findings about what happens while a task runs. */
export function checkRuntime(settings: TaskSettings, type: OutputType, findings: ImportFindings): void {
  const repeats = settings.number('repeats') ?? 1;
  if (repeats > 1) {
    findings.note(
      `each row is asked once, not ${repeats} times: only the first answer counts here`,
      settings.placeOf('repeats'),
    );
  }
  const examples = settings.field('fewshot_config');
  if ('fewshot_indices' in settings.record('fewshot_config')) {
    findings.note(
      'fewshot_indices is left out, as lm-evaluation-harness 0.4.13 does not use it',
      examples!.placeOf(['fewshot_indices']),
    );
  }
  if ('field' in settings.record('dataset_kwargs')) {
    findings.error('dataset_kwargs.field is not carried over', settings.field('dataset_kwargs')!.placeOf(['field']));
  }
  if (type !== 'generate_until' && settings.field('filter_list') !== undefined) {
    findings.warn(`filter_list is not carried over for ${type}`, settings.placeOf('filter_list'));
  }
}
