import { AssayError } from '../errors/assay-error.ts';
import type { FeatureName } from '../samples/sample.ts';

export interface ValueOptions {
  /** Joins a list of expected answers. @default '<OR>' */
  readonly targetOutputDelimiter?: string;
  /** `python` writes booleans as Python's str() does: True, False (FMEval). @default 'json' */
  readonly valueStyle?: 'json' | 'python';
}

/**
 * A field's value as the feature's text: texts as they are, numbers and booleans as JSON writes them, objects as JSON.
 * Lists: expected answers are joined, contexts are joined by a blank line, a conversation becomes its texts, anything
 * else is DATASET_BAD_VALUE. @returns undefined where the row has no value (null counts as none)
 */
export function featureText(name: FeatureName, value: unknown, options: ValueOptions): string | undefined {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return listText(name, value, options);
  return scalarText(value, options);
}

/** @returns the choices as texts; a text that is a JSON list (in CSV) is read as one */
export function choiceTexts(value: unknown, options: ValueOptions): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const list = typeof value === 'string' && value.trimStart().startsWith('[') ? jsonList(value) : value;
  if (!Array.isArray(list) || list.length === 0 || list.some(isNested)) {
    throw badValue('choices', value, 'a list of texts');
  }
  return list.map((choice) => scalarText(choice, options));
}

function listText(name: FeatureName, list: readonly unknown[], options: ValueOptions): string | undefined {
  if (list.length > 0 && list.every(isMessage)) return list.map((message) => message.content).join('\n\n');
  const joiner =
    name === 'target_output' ? (options.targetOutputDelimiter ?? '<OR>') : name === 'context' ? '\n\n' : undefined;
  if (joiner === undefined || list.some(isNested)) throw badValue(name, list, 'one text');
  return list.length === 0 ? undefined : list.map((entry) => scalarText(entry, options)).join(joiner);
}

function scalarText(value: unknown, { valueStyle }: ValueOptions): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' && valueStyle === 'python') return value ? 'True' : 'False';
  return JSON.stringify(value);
}

const isNested = (value: unknown): boolean => value === null || typeof value === 'object';

const isMessage = (value: unknown): value is { role: string; content: string } =>
  typeof value === 'object' &&
  value !== null &&
  'role' in value &&
  typeof (value as { content?: unknown }).content === 'string';

function jsonList(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function badValue(name: FeatureName, value: unknown, wanted: string): AssayError {
  const shown = JSON.stringify(value) ?? String(value);
  const found = shown.length > 60 ? `${shown.slice(0, 57)}…` : shown;
  return new AssayError('DATASET_BAD_VALUE', `${name} must be ${wanted}, found ${found}`);
}
