import { isRecord } from '../../datasets/row-batch.ts';
import type { SourcePlace } from '../../errors/assay-error.ts';
import type { ImportFindings } from '../findings.ts';
import { FunctionReference, type TaskField, type TaskSource } from './task-source.ts';

export const OUTPUT_TYPES = ['multiple_choice', 'loglikelihood', 'loglikelihood_rolling', 'generate_until'] as const;
export type OutputType = (typeof OUTPUT_TYPES)[number];

/** Keys that mean nothing for the numbers. */
const NEUTRAL: ReadonlySet<string> = new Set([
  ...['tag', 'group', 'task_alias', 'group_alias', 'metadata', 'should_decontaminate', 'doc_to_decontamination_query'],
]);
/** Keys that need Python or data of other kinds, with the reason. */
const REFUSED: Readonly<Record<string, string>> = {
  custom_dataset: 'builds its data by Python code',
  process_results: 'scores by Python code',
  doc_to_image: 'asks about images',
  doc_to_audio: 'asks about sounds',
  unsafe_code: 'runs the code that the model writes',
  use_prompt: 'takes its prompt from promptsource',
  class: 'is a Python class',
};
/** Those of them that an installed harness may run. */
const BY_PYTHON: ReadonlySet<string> = new Set(['custom_dataset', 'process_results', 'class']);
const READ: ReadonlySet<string> = new Set([
  ...['task', 'dataset_path', 'dataset_name', 'dataset_kwargs', 'training_split', 'validation_split', 'test_split'],
  ...['fewshot_split', 'doc_to_text', 'doc_to_target', 'doc_to_choice', 'description', 'target_delimiter'],
  ...['fewshot_delimiter', 'fewshot_config', 'num_fewshot', 'metric_list', 'output_type', 'generation_kwargs'],
  ...['repeats', 'filter_list', 'gen_prefix', 'task_list', 'process_docs'],
]);

/** The task's keys, typed on demand; what has the wrong type is a finding and reads as absent. */
export class TaskSettings {
  readonly source: TaskSource;
  readonly #findings: ImportFindings;

  constructor(source: TaskSource, findings: ImportFindings) {
    this.source = source;
    this.#findings = findings;
  }

  /** A key that is there and not null. */
  field(key: string): TaskField | undefined {
    const field = this.source.fields.get(key);
    return field?.value === null || field?.value === undefined ? undefined : field;
  }

  placeOf(key: string): SourcePlace {
    return this.source.fields.get(key)?.placeOf() ?? { file: this.source.file };
  }

  text(key: string): string | undefined {
    const field = this.field(key);
    if (field === undefined || typeof field.value === 'string') return field?.value as string | undefined;
    this.#findings.error(`${key} is no text`, field.placeOf());
    return undefined;
  }

  number(key: string): number | undefined {
    const field = this.field(key);
    if (field === undefined || typeof field.value === 'number') return field?.value as number | undefined;
    this.#findings.error(`${key} is no number`, field.placeOf());
    return undefined;
  }

  record(key: string): Readonly<Record<string, unknown>> {
    const field = this.field(key);
    if (field === undefined) return {};
    if (isRecord(field.value)) return field.value;
    this.#findings.error(`${key} is no mapping`, field.placeOf());
    return {};
  }

  outputType(): OutputType {
    const written = this.text('output_type') ?? 'generate_until';
    const found = OUTPUT_TYPES.find((type) => type === written);
    if (found === undefined) this.#findings.error(`there is no output_type "${written}"`, this.placeOf('output_type'));
    return found ?? 'generate_until';
  }
}

/** Says what of the task can or need not be carried over, key by key. */
export function checkTaskKeys(settings: TaskSettings, findings: ImportFindings): void {
  const neutral: string[] = [];
  for (const [key, field] of settings.source.fields) {
    if (field.value === null || field.value === false) continue;
    const functions = functionsIn(field.value);
    if (key in REFUSED) {
      const [first] = functions;
      const code = first === undefined ? '' : ` (!function ${first.name})`;
      const hint = BY_PYTHON.has(key)
        ? 'import the task with --allow-python: an installed lm_eval runs it then'
        : undefined;
      findings.error(`the task ${REFUSED[key]}${code}, which is never run here`, field.placeOf(), hint);
    } else if (NEUTRAL.has(key)) neutral.push(key);
    else if (!READ.has(key)) findings.warn(`"${key}" is not known and left out`, field.placeOf());
  }
  if (neutral.length > 0)
    findings.note(`without meaning for the numbers: ${neutral.join(', ')}`, settings.placeOf(neutral[0]!));
}

/** Every `!function` within a value. */
export function functionsIn(value: unknown): FunctionReference[] {
  if (value instanceof FunctionReference) return [value];
  if (Array.isArray(value)) return value.flatMap(functionsIn);
  return isRecord(value) ? Object.values(value).flatMap(functionsIn) : [];
}
