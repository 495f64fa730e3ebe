import { isRecord } from '../../datasets/row-batch.ts';
import { AssayError, type SourcePlace, toAssayError } from '../../errors/assay-error.ts';
import type { ImportFindings } from '../findings.ts';
import { fewShotSampler } from './few-shot.ts';
import type { Doc } from './jinja-template.ts';
import { turnText } from './prompt-context.ts';
import type { PythonFunctions } from './python-functions.ts';
import type { TaskData } from './task-data.ts';
import { type DocKeys, type Target, TaskDocs } from './task-docs.ts';
import type { OutputType, TaskSettings } from './task-settings.ts';
import { FunctionReference, type TaskField } from './task-source.ts';

/** The prepared rows of a task: whole prompts, and what each is scored against. */
export interface TaskRows {
  readonly rows: readonly Record<string, unknown>[];
  /** Joins acceptable answers; null where each row has one. */
  readonly delimiter: string | null;
  /** Whether the choices are inputs, which one target follows. */
  readonly areInputs: boolean;
}

/**
 * Renders every row of the split that lm-evaluation-harness evaluates, examples before the question included.
 * @param shots in place of the task's own num_fewshot
 * @throws AssayError
 */
export async function taskRows(
  settings: TaskSettings,
  type: OutputType,
  data: TaskData,
  functions: PythonFunctions,
  shots: number | undefined,
  findings: ImportFindings,
): Promise<TaskRows> {
  const split = settings.text('test_split') ?? settings.text('validation_split');
  if (split === undefined) {
    throw new AssayError('IMPORT_UNSUPPORTED', 'the task has neither test_split nor validation_split', {
      at: settings.placeOf('task'),
    });
  }
  const docs = await data.docs(split);
  const columns = new Set(Object.keys(docs[0]!));
  const keys: DocKeys = {
    text: settings.field('doc_to_text'),
    target: settings.field('doc_to_target'),
    choice: settings.field('doc_to_choice'),
  };
  const reader = new TaskDocs(keys, columns, functions);
  const wanted = shots ?? settings.number('num_fewshot') ?? 0;
  const contextOf = await contextWriter(settings, reader, columns, data, functions, wanted);
  const hasSeveral = type === 'generate_until' && Array.isArray(reader.target(docs[0]!));
  const areChoicesRead = readsChoices(settings, type);
  const areInputs = type === 'multiple_choice' && typeof reader.text(docs[0]!) === 'number';
  const prepared = docs.map((doc, position) => {
    try {
      if (areInputs) return inputsRow(contextOf(doc), doc, reader);
      const row = prepare(type, doc, reader, type === 'loglikelihood_rolling' ? '' : contextOf(doc), hasSeveral);
      return areChoicesRead ? { ...row, choices: choicesOfFilter(doc) } : row;
    } catch (thrown) {
      const failed = toAssayError(thrown, 'IMPORT_UNSUPPORTED');
      const message = `row ${position + 1} of "${split}": ${failed.message}`;
      throw new AssayError(failed.code, message, { hint: failed.hint, at: failed.at, cause: thrown });
    }
  });
  if (type === 'multiple_choice') warnOfLabels(prepared, settings, findings);
  const delimiter = hasSeveral ? unusedDelimiter(prepared) : null;
  const rows = prepared.map(({ answers, ...row }) =>
    answers === undefined ? row : { ...row, target_output: answers.join(delimiter ?? '') },
  );
  return { rows, delimiter, areInputs };
}

/** Whether a filter looks for the choices in an answer. */
export function readsChoices(settings: TaskSettings, type: OutputType): boolean {
  const pipelines = settings.field('filter_list')?.value;
  if (type !== 'generate_until' || !Array.isArray(pipelines)) return false;
  const steps = pipelines.flatMap((each: unknown) => (isRecord(each) ? [each.filter].flat() : []));
  return steps.some((step) => isRecord(step) && step.function === 'multi_choice_regex');
}

/** What the filter multi_choice_regex looks for. @throws AssayError IMPORT_UNSUPPORTED */
export function choicesOfFilter({ choices }: Doc): readonly string[] {
  if (Array.isArray(choices) && choices.every((each) => typeof each === 'string')) return choices;
  throw new AssayError('IMPORT_UNSUPPORTED', 'the filter multi_choice_regex needs a list of texts in "choices"');
}

interface Prepared {
  readonly model_input: string;
  readonly choices?: readonly string[];
  readonly answer_index?: number;
  readonly target_output?: string;
  readonly answers?: readonly string[];
}

function prepare(type: OutputType, doc: Doc, reader: TaskDocs, context: string, hasSeveral: boolean): Prepared {
  const target = reader.target(doc);
  if (type === 'multiple_choice') return choiceRow(context, target, reader.choices(doc));
  if (type === 'loglikelihood_rolling') return { model_input: asText(target) };
  if (type === 'loglikelihood') return { model_input: context, target_output: asText(target) };
  const choices = reader.choices(doc);
  if (choices !== undefined) {
    const chosen = typeof target === 'number' ? choices.at(target) : undefined;
    if (chosen === undefined)
      throw new AssayError('IMPORT_UNSUPPORTED', 'doc_to_target is no position among the choices');
    return { model_input: context, target_output: chosen };
  }
  if (hasSeveral)
    return { model_input: context, answers: Array.isArray(target) ? target.map(String) : [String(target)] };
  if (Array.isArray(target)) {
    throw new AssayError('IMPORT_UNSUPPORTED', 'doc_to_target is a list here, but one text in the first row');
  }
  return { model_input: context, target_output: String(target) };
}

function choiceRow(context: string, target: Target, choices: readonly string[] | undefined): Prepared {
  if (choices === undefined) throw new AssayError('IMPORT_UNSUPPORTED', 'a multiple_choice task needs doc_to_choice');
  if (Array.isArray(target)) {
    throw new AssayError('IMPORT_UNSUPPORTED', 'several right choices are not carried over');
  }
  const position = typeof target === 'number' ? target : choices.indexOf(target as string);
  const right = position < choices.length ? position : -1;
  return { model_input: context, choices, answer_index: right };
}

/** @param context with the first choice at its end */
function inputsRow(context: string, doc: Doc, reader: TaskDocs): Prepared {
  const [choices = [], right] = [reader.choices(doc), reader.text(doc)];
  if (typeof right !== 'number')
    throw new AssayError('IMPORT_UNSUPPORTED', 'doc_to_text is a position in the first row only');
  const target = asText(reader.target(doc));
  return { model_input: context, choices, answer_index: right < choices.length ? right : -1, target_output: target };
}

/** The text that a log-probability is asked for. */
function asText(target: Target): string {
  if (typeof target === 'string') return target;
  throw new AssayError('IMPORT_UNSUPPORTED', `doc_to_target gives ${JSON.stringify(target).slice(0, 80)}, not a text`);
}

function warnOfLabels(rows: readonly Prepared[], settings: TaskSettings, findings: ImportFindings): void {
  const without = rows.filter((row) => row.answer_index === -1).length;
  if (without === 0) return;
  findings.note(
    `${without} of ${rows.length} rows have a label that is none of their choices: they count as wrong, as in lm-evaluation-harness`,
    settings.placeOf('doc_to_target'),
  );
}

/** A text that stands in none of the answers. */
export function unusedDelimiter(rows: readonly { readonly answers?: readonly string[] }[]): string {
  const taken = rows.flatMap(({ answers = [] }) => answers);
  let delimiter = '<OR>';
  while (taken.some((answer) => answer.includes(delimiter))) delimiter = `<${delimiter}>`;
  return delimiter;
}

/** Writes the whole prompt of a row: description, examples, question. Call it for each row in order. */
async function contextWriter(
  settings: TaskSettings,
  reader: TaskDocs,
  columns: ReadonlySet<string>,
  data: TaskData,
  functions: PythonFunctions,
  shots: number,
): Promise<(doc: Doc) => string> {
  const at = settings.placeOf('doc_to_text');
  const delimiters = {
    targetDelimiter: settings.text('target_delimiter') ?? ' ',
    fewShotDelimiter: settings.text('fewshot_delimiter') ?? '\n\n',
  };
  const resolved = (key: TaskField | undefined, doc: Doc): string | undefined => {
    if (key === undefined || key.value === '') return undefined;
    const column = doc[String(key.value)];
    return typeof column === 'string' ? column : reader.render(key, doc);
  };
  const examples =
    shots > 0 ? await exampleWriter(settings, columns, data, functions, shots, delimiters, resolved) : () => '';
  const question = (doc: Doc): string => {
    const text = reader.text(doc);
    if (typeof text === 'string') return text;
    if (settings.field('gen_prefix') !== undefined) {
      throw new AssayError('IMPORT_UNSUPPORTED', 'gen_prefix behind inputs that are choices is not carried over', {
        at,
      });
    }
    return inputAt(0, reader.choices(doc), at);
  };
  return (doc) =>
    (resolved(settings.field('description'), doc) ?? '') +
    examples(doc) +
    turnText(
      {
        question: question(doc),
        choices: reader.choices(doc),
        prefix: resolved(settings.field('gen_prefix'), doc),
        targetDelimiter: delimiters.targetDelimiter,
        fewShotDelimiter: '',
      },
      at,
    );
}

async function exampleWriter(
  settings: TaskSettings,
  columns: ReadonlySet<string>,
  data: TaskData,
  functions: PythonFunctions,
  shots: number,
  delimiters: { readonly targetDelimiter: string; readonly fewShotDelimiter: string },
  resolved: (key: TaskField | undefined, doc: Doc) => string | undefined,
): Promise<(doc: Doc) => string> {
  const config = settings.field('fewshot_config');
  const own = settings.record('fewshot_config');
  const at = config?.placeOf() ?? settings.placeOf('num_fewshot');
  // The examples' own keys, where fewshot_config has them, stand in for the task's.
  const field = (key: string): TaskField | undefined =>
    config !== undefined && own[key] !== undefined && own[key] !== null
      ? { value: own[key], placeOf: (path = []) => config.placeOf([key, ...path]) }
      : settings.field(key);
  const keys = { text: field('doc_to_text'), target: field('doc_to_target'), choice: field('doc_to_choice') };
  const reader = new TaskDocs(keys, columns, functions, settings.field('doc_to_choice') !== undefined);
  const split = (own.split as string | undefined) ?? settings.text('fewshot_split');
  const samples = examplesOf(own.samples, functions, at);
  const docs =
    split !== undefined
      ? await data.docs(split, field('process_docs'))
      : (samples ?? (await data.docs(defaultSplit(settings))));
  const sampler = own.sampler ?? 'default';
  if (sampler !== 'default' && sampler !== 'first_n') {
    throw new AssayError('IMPORT_UNSUPPORTED', `there is no sampler "${String(sampler)}"`, { at });
  }
  const take = fewShotSampler({
    docs,
    shots,
    sampler,
    // lm-evaluation-harness compares the names, absent ones too.
    excludesOwn: split === settings.text('test_split'),
    at,
  });
  const delimiter = (key: 'target_delimiter' | 'fewshot_delimiter', otherwise: string) =>
    typeof own[key] === 'string' ? (own[key] as string) : otherwise;
  return (doc) =>
    take(doc)
      .map((example) => {
        const [text, choices] = [reader.text(example), reader.choices(example)];
        const isInput = typeof text === 'number';
        return turnText(
          {
            question: isInput ? inputAt(text, choices, at) : text,
            choices: isInput ? undefined : choices,
            answer: reader.target(example),
            prefix: resolved(field('gen_prefix'), example),
            targetDelimiter: delimiter('target_delimiter', delimiters.targetDelimiter),
            fewShotDelimiter: delimiter('fewshot_delimiter', delimiters.fewShotDelimiter),
          },
          at,
        );
      })
      .join('');
}

/** One of the inputs that a row's choices are. */
function inputAt(position: number, choices: readonly string[] | undefined, at: SourcePlace): string {
  const input = choices?.at(position);
  if (input !== undefined) return input;
  throw new AssayError('IMPORT_UNSUPPORTED', 'doc_to_text is no position among the choices', { at });
}

/** The examples that the task itself holds, or that a function of its own gives. */
function examplesOf(samples: unknown, functions: PythonFunctions, at: SourcePlace): readonly Doc[] | undefined {
  const given = samples instanceof FunctionReference ? functions.made(samples, at) : samples;
  return Array.isArray(given) ? given.filter(isRecord) : undefined;
}

function defaultSplit(settings: TaskSettings): string {
  const split = settings.text('training_split') ?? settings.text('validation_split') ?? settings.text('test_split');
  if (split !== undefined) return split;
  throw new AssayError('IMPORT_UNSUPPORTED', 'few-shot examples have no split to come from', {
    at: settings.placeOf('num_fewshot'),
  });
}
