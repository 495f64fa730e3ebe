import { AssayError } from '../../errors/assay-error.ts';
import { pythonLiteral } from '../../python/literal.ts';
import type { LoggedSample } from './logged-samples.ts';
import type { LoggedTask } from './logged-task.ts';
import type { PythonFunctions } from './python-functions.ts';
import { TaskDocs } from './task-docs.ts';
import type { OutputType } from './task-settings.ts';

/** A document as a row of ours. */
export interface LoggedRow {
  readonly model_input: string;
  readonly choices?: readonly string[];
  readonly answer_index?: number;
  /** One acceptable answer, or several. */
  readonly target?: string | readonly string[];
}

/** How the logged target may be meant: it is logged as a text, whatever it was. */
export type Reading = 'position or list' | 'text';

export interface LoggedShape {
  readonly type: OutputType;
  /** Whether the choices are inputs, which one target follows. */
  readonly areInputs: boolean;
  /** Stands between the prompt and a choice or a target. */
  readonly separator: string;
}

/** What kind of requests the documents are made of. @throws AssayError IMPORT_UNSUPPORTED where they are of several */
export function loggedShape(
  samples: readonly LoggedSample[],
  type: OutputType,
  delimiter: string,
  file: string,
): LoggedShape {
  const areInputs =
    type === 'multiple_choice' && samples.every(({ contexts, seconds }) => varies(contexts) && !varies(seconds));
  for (const { id, line, seconds, answers } of samples) {
    const kind = type === 'generate_until' ? 'object' : type === 'loglikelihood_rolling' ? 'undefined' : 'string';
    const count = type === 'multiple_choice' ? seconds.length : 1;
    if (seconds.length === count && seconds.every((each) => typeof each === kind && each !== null)) continue;
    const message = `document ${id} was not asked as a task of ${type} asks: ${seconds.length} requests, ${answers.length} answers`;
    throw new AssayError('DATASET_SYNTAX', message, { at: { file, line } });
  }
  const isDelimited = samples.every(({ seconds }) => seconds.every((each) => String(each).startsWith(delimiter)));
  return { type, areInputs, separator: isDelimited ? delimiter : '' };
}

export const varies = (values: readonly unknown[]): boolean => new Set(values).size > 1;

/** Makes rows of documents under one reading of their targets. */
export class LoggedRows {
  readonly #shape: LoggedShape;
  readonly #task: LoggedTask;
  readonly #functions: PythonFunctions;
  readonly #hasUnconditional: boolean;

  /** @param hasUnconditional whether each choice was asked for a second time, without the prompt */
  constructor(shape: LoggedShape, task: LoggedTask, functions: PythonFunctions, hasUnconditional: boolean) {
    this.#shape = shape;
    this.#task = task;
    this.#functions = functions;
    this.#hasUnconditional = hasUnconditional;
  }

  /** @throws AssayError IMPORT_UNSUPPORTED for what cannot be carried over */
  row(sample: LoggedSample, reading: Reading): LoggedRow {
    const [context = ''] = sample.contexts;
    switch (this.#shape.type) {
      case 'multiple_choice':
        return this.#shape.areInputs ? this.#inputs(sample) : this.#choices(sample, reading);
      case 'loglikelihood':
        return { model_input: context, target: String(sample.seconds[0]) };
      case 'loglikelihood_rolling':
        return { model_input: context };
      case 'generate_until':
        return { model_input: context, target: this.#target(sample, reading) };
    }
  }

  #choices(sample: LoggedSample, reading: Reading): LoggedRow {
    const { contexts, seconds, target, right } = sample;
    const asked = this.#hasUnconditional ? seconds.slice(0, seconds.length / 2) : seconds;
    if (varies(contexts.slice(0, asked.length)))
      throw new AssayError('IMPORT_UNSUPPORTED', 'its choices follow several prompts');
    const choices = asked.map((each) => String(each).slice(this.#shape.separator.length));
    const meant = right ?? target;
    const read = reading === 'text' ? meant : readTarget(meant);
    if (Array.isArray(read)) throw new AssayError('IMPORT_UNSUPPORTED', 'several right choices are not carried over');
    const position = typeof read === 'number' ? read : choices.indexOf(String(read));
    return { model_input: contexts[0]!, choices, answer_index: position < choices.length ? position : -1 };
  }

  /** Each prompt ends with one of the choices; what comes before is the same. */
  #inputs(sample: LoggedSample): LoggedRow {
    const { contexts, seconds } = sample;
    const shared = sharedStart(contexts);
    const stated = sample.choices ?? [];
    const before = contexts[0]!.slice(0, contexts[0]!.length - (stated[0]?.length ?? 0));
    const isCutSo =
      stated.length === contexts.length && contexts.every((each, i) => each === before + (stated[i] ?? ''));
    return {
      model_input: contexts[0]!,
      choices: isCutSo ? stated : contexts.map((each) => each.slice(shared)),
      answer_index: this.#rightInput(sample),
      target: String(seconds[0]).slice(this.#shape.separator.length),
    };
  }

  #rightInput(sample: LoggedSample): number {
    const { text } = this.#task;
    const stated = sample.right ?? this.#stated(sample);
    if (typeof stated === 'number') return stated;
    if (text !== undefined) {
      const position = Number(this.#docs(sample).text(sample.doc));
      if (Number.isInteger(position)) return position;
    }
    // Of two the score says which one was right.
    const scores = sample.answers.map((each) => Number(Array.isArray(each) ? each[0] : Number.NaN));
    const score = [...sample.values.values()].map(({ acc }) => acc).find((acc) => typeof acc === 'number');
    const chosen = scores.indexOf(Math.max(...scores));
    if (score === undefined || scores.length !== 2 || chosen < 0) {
      throw new AssayError(
        'IMPORT_UNSUPPORTED',
        'which of its inputs is right is told by Python code, and is not logged',
      );
    }
    return score === 1 ? chosen : 1 - chosen;
  }

  /** Metrics over all documents are logged with the right position. */
  #stated({ values }: LoggedSample): number | undefined {
    for (const metrics of values.values()) {
      for (const name of ['f1', 'mcc', 'brier_score', 'likelihood']) {
        const value = metrics[name];
        if (Array.isArray(value) && typeof value[0] === 'number') return value[0];
      }
    }
    return undefined;
  }

  #target(sample: LoggedSample, reading: Reading): string | readonly string[] {
    if (this.#task.choice !== undefined || sample.choices !== undefined) {
      const choices = sample.choices ?? this.#docs(sample).choices(sample.doc);
      const position = readTarget(sample.right ?? sample.target);
      const chosen = typeof position === 'number' ? choices?.at(position) : undefined;
      if (chosen === undefined)
        throw new AssayError('IMPORT_UNSUPPORTED', 'its target is no position among the choices');
      return chosen;
    }
    const read = reading === 'text' ? sample.target : readTarget(sample.target);
    if (Array.isArray(read)) return read.map(pythonString);
    return typeof sample.target === 'string' ? sample.target : pythonString(sample.target);
  }

  #docs({ doc }: LoggedSample): TaskDocs {
    const { choice, text } = this.#task;
    const keys = { text, target: undefined, choice };
    return new TaskDocs(keys, new Set(Object.keys(doc)), this.#functions);
  }
}

/** A target that is logged as Python writes it: a number, a list or a truth value; else itself. */
function readTarget(target: unknown): unknown {
  if (typeof target !== 'string') return typeof target === 'boolean' ? Number(target) : target;
  if (!/^(?:-?\d{1,9}|True|False|\[.*\]|\(.*\))$/s.test(target)) return target;
  try {
    const value = pythonLiteral(target);
    return typeof value === 'boolean' ? Number(value) : value;
  } catch {
    return target;
  }
}

function pythonString(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'string' ? value : value === null ? 'None' : String(value);
}

/** How many code units texts begin alike with, no character cut in two. */
export function sharedStart(texts: readonly string[]): number {
  const [first = ''] = texts;
  let length = 0;
  while (length < first.length && texts.every((text) => text[length] === first[length])) length += 1;
  // A pair of surrogates is one character.
  return length > 0 && /[\uD800-\uDBFF]/.test(first[length - 1]!) ? length - 1 : length;
}
