import { isRecord } from '../../datasets/row-batch.ts';
import { AssayError } from '../../errors/assay-error.ts';
import { pythonLiteral } from '../../python/literal.ts';
import { compileJinja, type Doc, type JinjaTemplate } from './jinja-template.ts';
import type { PythonFunctions } from './python-functions.ts';
import { FunctionReference, type TaskField } from './task-source.ts';

/** The keys that turn a row into a question; each a column, a template, or a value for every row. */
export interface DocKeys {
  readonly text: TaskField | undefined;
  readonly target: TaskField | undefined;
  readonly choice: TaskField | undefined;
}

export type Target = string | number | readonly unknown[];

/**
 * Texts, targets and choices of rows by lm-evaluation-harness's rules: a string that is a column stands for its value, any
 * other is a template; digits are a position where there are choices; what looks like a list is one.
 * @see https://github.com/EleutherAI/lm-evaluation-harness/blob/main/lm_eval/api/task.py
 */
export class TaskDocs {
  readonly #keys: DocKeys;
  readonly #columns: ReadonlySet<string>;
  readonly #hasChoices: boolean;
  readonly #functions: PythonFunctions;
  readonly #templates = new Map<TaskField, JinjaTemplate>();

  /** @param hasChoices whether the task itself has doc_to_choice, which few-shot keys may override */
  constructor(
    keys: DocKeys,
    columns: ReadonlySet<string>,
    functions: PythonFunctions,
    hasChoices = keys.choice !== undefined,
  ) {
    this.#keys = keys;
    this.#columns = columns;
    this.#functions = functions;
    this.#hasChoices = hasChoices;
  }

  /** A number stands for several inputs, one for each choice. */
  text(doc: Doc): string | number {
    const field = this.#need(this.#keys.text, 'doc_to_text');
    if (typeof field.value === 'number') return field.value;
    const { value, isColumn } = this.#read(field, doc);
    if (typeof value === 'number' && field.value instanceof FunctionReference) return value;
    if (!isColumn && this.#hasChoices && isDigits(value)) return Number(value);
    if (typeof value !== 'string') throw wrong('doc_to_text', 'a text', value, field);
    return value;
  }

  target(doc: Doc): Target {
    const field = this.#need(this.#keys.target, 'doc_to_target');
    if (typeof field.value === 'number' || Array.isArray(field.value)) return field.value as Target;
    const { value, isColumn } = this.#read(field, doc);
    if (!isColumn && typeof value === 'string') {
      if (this.#hasChoices && isDigits(value)) return Number(value);
      if (value.length >= 2 && value.startsWith('[') && value.endsWith(']')) return listOr(value);
    }
    // Among choices True and False are the positions 1 and 0, else they are compared as Python writes them.
    if (typeof value === 'boolean') return this.#hasChoices ? Number(value) : value ? 'True' : 'False';
    if (typeof value === 'string' || typeof value === 'number' || Array.isArray(value)) return value as Target;
    throw wrong('doc_to_target', 'a text, a position or a list', value, field);
  }

  choices(doc: Doc): readonly string[] | undefined {
    const field = this.#keys.choice;
    if (field === undefined) return undefined;
    const list = this.#choiceList(field, doc);
    if (!Array.isArray(list) || list.some((choice) => typeof choice !== 'string')) {
      throw wrong('doc_to_choice', 'a list of texts', list, field);
    }
    return list as string[];
  }

  #choiceList(field: TaskField, doc: Doc): unknown {
    if (Array.isArray(field.value)) return field.value;
    if (isRecord(field.value) && !(field.value instanceof FunctionReference)) return Object.values(field.value);
    const { value, isColumn } = this.#read(field, doc);
    if (isColumn) return value;
    try {
      return pythonLiteral(String(value));
    } catch {
      return value;
    }
  }

  /** What a function gives, a column's value, or the template rendered. */
  #read(field: TaskField, doc: Doc): { readonly value: unknown; readonly isColumn: boolean } {
    if (field.value instanceof FunctionReference) {
      return { value: this.#functions.ofDoc(field.value, doc, field.placeOf()), isColumn: true };
    }
    if (typeof field.value !== 'string') throw wrong('a template', 'a text', field.value, field);
    if (this.#columns.has(field.value)) return { value: doc[field.value], isColumn: true };
    return { value: this.render(field, doc), isColumn: false };
  }

  /** Renders a key that is always a template. */
  render(field: TaskField, doc: Doc): string {
    let template = this.#templates.get(field);
    if (template === undefined) {
      template = compileJinja(String(field.value), field.placeOf());
      this.#templates.set(field, template);
    }
    return template.render(doc);
  }

  #need(field: TaskField | undefined, key: string): TaskField {
    if (field !== undefined) return field;
    throw new AssayError('IMPORT_UNSUPPORTED', `the task has no ${key}`);
  }
}

const isDigits = (value: unknown): value is string => typeof value === 'string' && /^\d+$/.test(value);

function listOr(text: string): Target {
  try {
    return pythonLiteral(text) as Target;
  } catch {
    return text;
  }
}

function wrong(key: string, wanted: string, value: unknown, field: TaskField): AssayError {
  const shown = JSON.stringify(value) ?? String(value);
  return new AssayError('IMPORT_UNSUPPORTED', `${key} gives ${shown.slice(0, 80)}, not ${wanted}`, {
    at: field.placeOf(),
  });
}
