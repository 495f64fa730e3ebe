import { isRecord } from '../../datasets/row-batch.ts';
import type { SampleFile } from './sample-files.ts';
import { FunctionReference, type TaskField, type TaskSource } from './task-source.ts';

/** Keys that say how an answer is asked for and scored; what the prompts are made of is in the samples. */
const KEPT: ReadonlySet<string> = new Set([
  ...['task', 'output_type', 'metric_list', 'generation_kwargs', 'filter_list', 'repeats', 'target_delimiter'],
  ...['process_results', 'unsafe_code', 'fewshot_delimiter', 'doc_to_image', 'doc_to_audio'],
]);
const CODE =
  /^\s*(?:@[\w.]+[^\n]*\n\s*)*(?:async\s+)?(?:def|class)\s+(\w+)|^<(?:function|class|built-in)\s+'?([\w.<>]+)|^functools\.|^lambda\b/;

/** The task of logged samples, as far as its answers are scored by it, and the keys that say where its choices come from. */
export interface LoggedTask {
  readonly source: TaskSource;
  readonly choice: TaskField | undefined;
  /** Where choices are inputs: the position of the right one. */
  readonly text: TaskField | undefined;
}

/** @param seconds of the first document, which hold the settings that the generation was in fact asked with */
export function loggedTask({ config, results, task }: SampleFile, seconds: readonly unknown[]): LoggedTask {
  const field = (value: unknown): TaskField => ({ value: withReferences(value), placeOf: () => ({ file: results }) });
  const keys = Object.entries(config).filter(([key, value]) => KEPT.has(key) && value !== null && value !== false);
  const fields = new Map(keys.map(([key, value]) => [key, field(value)]));
  const [settings] = seconds;
  if (isRecord(settings)) fields.set('generation_kwargs', field(settings));
  if (!fields.has('task')) fields.set('task', field(task));
  return {
    source: { file: results, fields },
    choice: valueField(field(config.doc_to_choice)),
    text: valueField(field(config.doc_to_text)),
  };
}

/** Names of the filters in order, as versions have them that do not write them into each line. */
export function filterNames({ config }: Pick<SampleFile, 'config'>): string[] {
  const { filter_list: filters } = config;
  return Array.isArray(filters)
    ? filters.map((each: unknown) => String(isRecord(each) ? each.name : 'none'))
    : ['none'];
}

/** A function's source says nothing that could be followed here. */
function valueField(field: TaskField): TaskField | undefined {
  const { value } = field;
  return value === null || value === undefined || value instanceof FunctionReference ? undefined : field;
}

/** Functions are logged as their source: they become references again, so that they are told by their names. */
function withReferences(value: unknown): unknown {
  if (typeof value === 'string') {
    const found = CODE.exec(value);
    return found === null ? value : new FunctionReference(found[1] ?? found[2] ?? 'lambda', '', value);
  }
  if (Array.isArray(value)) return value.map(withReferences);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withReferences(each)]));
}
