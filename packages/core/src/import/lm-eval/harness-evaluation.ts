import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AssayError } from '../../errors/assay-error.ts';
import type { ImportFindings } from '../findings.ts';
import type { ImportedEvaluation } from '../imported-evaluation.ts';
import { generationSettings } from './generation-settings.ts';
import { HARNESS_ALGORITHM, HARNESS_ALGORITHM_FILE } from './harness-algorithm.ts';
import { importedConfig } from './imported-config.ts';
import { type LoggedShape, loggedShape, sharedStart, varies } from './logged-rows.ts';
import { type LoggedSample, readLoggedSamples } from './logged-samples.ts';
import { filterNames, loggedTask } from './logged-task.ts';
import type { HarnessMetric } from './materialise-tasks.ts';
import type { SampleFile } from './sample-files.ts';
import { lmEvalScoreKey } from './score-key.ts';
import type { TaskAlgorithms } from './task-algorithms.ts';
import { type OutputType, TaskSettings } from './task-settings.ts';

/** A task whose answers the harness itself scores. */
export interface HarnessTask {
  readonly file: SampleFile;
  readonly metrics: readonly HarnessMetric[];
  /** Its YAML file, and what a group gives it. */
  readonly path: string;
  readonly overrides: Readonly<Record<string, unknown>>;
}

type Made = Pick<ImportedEvaluation, 'config' | 'rows' | 'files'>;

/**
 * A task that nothing but its own Python can score: its documents stay whole in the rows, and a module beside the config asks the
 * installed harness for each answer's scores.
 * @throws AssayError IMPORT_UNSUPPORTED
 */
export async function harnessEvaluation(
  task: HarnessTask,
  type: OutputType,
  model: string,
  findings: ImportFindings,
): Promise<Made | undefined> {
  const { file } = task;
  const samples = await readLoggedSamples(file.file, filterNames(file), true);
  const { source } = loggedTask(file, samples[0]!.seconds);
  const settings = new TaskSettings(source, findings);
  const shape = loggedShape(samples, type, settings.text('target_delimiter') ?? ' ', file.file);
  if ((settings.number('repeats') ?? 1) > 1) {
    findings.error('its code scores several answers to each row', settings.placeOf('repeats'));
  }
  const scored = harnessAlgorithms(task, shape);
  if (task.metrics.length === 0) findings.error('the task has no metrics', { file: file.results });
  const parameters = type === 'generate_until' ? generationSettings(settings, findings) : undefined;
  if (findings.hasError) return undefined;
  const rows = samples.map((sample) => rowOf(sample, shape, file.file));
  const keys = keysOf(shape);
  return {
    config: importedConfig({
      name: file.task,
      type,
      model,
      scored,
      parameters,
      hasChoices: false,
      areInputs: false,
      keys,
    }),
    rows,
    files: { [HARNESS_ALGORITHM_FILE]: HARNESS_ALGORITHM },
  };
}

function harnessAlgorithms(
  { file, metrics, path, overrides }: HarnessTask,
  { type, areInputs, separator }: LoggedShape,
): TaskAlgorithms {
  const of = {
    multiple_choice: areInputs ? 'inputs' : 'choices',
    loglikelihood: 'target',
    loglikelihood_rolling: 'text',
    generate_until: 'answer',
  }[type];
  const filters = filterNames(file);
  const [algorithms, scores]: [Record<string, unknown>[], Record<string, string>] = [[], {}];
  for (const filter of filters) {
    const label = filters.length > 1 ? filter : 'lm_eval_task';
    const named = metrics.map(({ metric, isHigher, isMean }) => {
      const name = metric.replaceAll(/\W/g, '_');
      scores[lmEvalScoreKey(file.task, metric, filter)] = `${label}.${name}`;
      return { isMean, entry: { name, metric, better: isHigher ? 'higher' : 'lower' } };
    });
    const entries = (isMean: boolean) => named.filter((each) => each.isMean === isMean).map(({ entry }) => entry);
    const summed = entries(false);
    algorithms.push({
      ...{ algorithm: 'lm_eval_task', module: `./${HARNESS_ALGORITHM_FILE}` },
      ...(filters.length > 1 ? { name: label } : {}),
      ...{ of, ...(type === 'multiple_choice' ? { separator } : {}) },
      ...{ file: path, overrides, sha256: digestOfTask(path), filter, metrics: entries(true) },
      ...(summed.length === 0 ? {} : { summed }),
    });
  }
  return { algorithms, scores };
}

/** Of the files beside a task, which its code may come from; the module takes it the same way. */
function digestOfTask(file: string): string {
  const hash = createHash('sha256');
  const folder = dirname(file);
  for (const name of readdirSync(folder).sort()) {
    if (/(?:\.py|yaml|yml)$/.test(name)) hash.update(name).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex');
}

function keysOf({ type, areInputs }: LoggedShape): Record<string, string> {
  if (type === 'loglikelihood') return { target_output_key: 'target_output' };
  if (type !== 'multiple_choice') return {};
  return { choices_key: 'choices', ...(areInputs ? { target_output_key: 'target_output' } : {}) };
}

function rowOf(
  { id, line, contexts, seconds, doc }: LoggedSample,
  { type, areInputs, separator }: LoggedShape,
  file: string,
): Record<string, unknown> {
  const [context = ''] = contexts;
  if (type === 'loglikelihood') return { model_input: context, target_output: String(seconds[0]), doc };
  if (type !== 'multiple_choice') return { model_input: context, doc };
  const target = String(seconds[0]).slice(separator.length);
  if (areInputs) {
    const shared = sharedStart(contexts);
    return { model_input: context, choices: contexts.map((each) => each.slice(shared)), target_output: target, doc };
  }
  if (varies(contexts)) {
    const message = `document ${id}: its choices follow several prompts`;
    throw new AssayError('IMPORT_UNSUPPORTED', message, { at: { file, line } });
  }
  return { model_input: context, choices: seconds.map((each) => String(each).slice(separator.length)), doc };
}
