import { compileFieldPath } from '../datasets/field-path.ts';
import { AssayError, type SourcePlace } from '../errors/assay-error.ts';
import { FEATURES, type FeatureName, type Sample } from '../samples/sample.ts';

/** Looks a placeholder up in a row; undefined and null both mean that the row lacks it. */
export type FieldLookup = (name: string) => unknown;

export interface PromptTemplate {
  readonly text: string;
  /** Every placeholder but the model input, in order of appearance. */
  readonly fields: readonly string[];
  readonly usesModelInput: boolean;
  /** @throws AssayError PROMPT_FIELD_MISSING where the row lacks a field */
  render(lookup: FieldLookup): string;
}

type Part = { readonly literal: string } | { readonly field: string };

/** `$$`, `$name`, `${anything}`, in this order; any other dollar is only a dollar. */
const PLACEHOLDER = /\$(?:(\$)|([\p{L}_][\p{L}\p{N}_]*)|\{([^}]*)(\}?))/gu;
/** In braces: a column's name; anything else is JMESPath. */
const PLAIN_NAME = /^[\p{L}\p{N}_ -]+$/u;
const MODEL_INPUT_NAMES: ReadonlySet<string> = new Set(['feature', 'model_input']);

/**
 * Compiles a prompt template: `$feature` or `$model_input` is the model input, `$name` or `${name}` another field of the
 * row (in braces a JMESPath, too), `$$` a dollar. A dollar before anything else, as in "$5", stays. Data is never scanned.
 * @throws AssayError PROMPT_TEMPLATE for an unclosed or empty brace
 */
export function compilePromptTemplate(text: string, at?: SourcePlace): PromptTemplate {
  const parts: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    const [whole, dollar, name, braced, closing] = match;
    if (match.index > end) parts.push({ literal: text.slice(end, match.index) });
    end = match.index + whole.length;
    if (dollar !== undefined) parts.push({ literal: '$' });
    else if (name !== undefined) parts.push({ field: name });
    else parts.push({ field: bracedField(braced ?? '', closing === '}', at) });
  }
  if (end < text.length) parts.push({ literal: text.slice(end) });

  const named = parts.flatMap((part) => ('field' in part ? [part.field] : []));
  const fields = [...new Set(named.filter((name) => !MODEL_INPUT_NAMES.has(name)))];
  return {
    text,
    fields,
    usesModelInput: fields.length < new Set(named).size,
    render: (lookup) =>
      parts.map((part) => ('literal' in part ? part.literal : rendered(part.field, lookup(part.field)))).join(''),
  };
}

/**
 * Values of a sample by placeholder: its features first, then the row's own columns.
 * @param modelInput takes the place of the sample's model_input
 */
export function sampleLookup(
  sample: Sample,
  modelInput: string | undefined = sample.features.model_input,
): FieldLookup {
  return (name) => {
    // Algorithms ask with an empty text where the row has none: that is no question.
    if (MODEL_INPUT_NAMES.has(name)) {
      return modelInput === '' && sample.features.model_input === undefined ? undefined : modelInput;
    }
    const feature = isFeature(name) ? sample.features[name] : undefined;
    return feature ?? fieldReader(name)(sample.record);
  };
}

const FEATURE_NAMES: ReadonlySet<string> = new Set(FEATURES);
const isFeature = (name: string): name is FeatureName => FEATURE_NAMES.has(name);

/** Columns that a placeholder may be found in; undefined for an expression that may need any. */
export function fieldColumns(name: string): readonly string[] | undefined {
  if (PLAIN_NAME.test(name)) return [name];
  const { root } = compileFieldPath(name);
  return root === undefined ? undefined : [name, root];
}

type FieldReader = (record: Readonly<Record<string, unknown>>) => unknown;
const readers = new Map<string, FieldReader>();

/** A column of that very name, else JMESPath; compiled once for each placeholder in use. */
function fieldReader(name: string): FieldReader {
  let reader = readers.get(name);
  if (reader === undefined) {
    const path = PLAIN_NAME.test(name) ? undefined : compileFieldPath(name);
    reader = (record) => record[name] ?? path?.read(record);
    readers.set(name, reader);
  }
  return reader;
}

function bracedField(braced: string, isClosed: boolean, at: SourcePlace | undefined): string {
  const field = braced.trim();
  if (!isClosed || field === '') {
    throw new AssayError('PROMPT_TEMPLATE', `"\${${braced}" is ${isClosed ? 'empty' : 'not closed'}`, {
      at,
      hint: `write \${name} for a field, $$ for a dollar`,
    });
  }
  if (!PLAIN_NAME.test(field)) {
    try {
      compileFieldPath(field);
    } catch (cause) {
      throw new AssayError('PROMPT_TEMPLATE', `"\${${field}}" is no valid JMESPath: ${(cause as Error).message}`, {
        at,
        hint: 'write $$ for a dollar',
        cause,
      });
    }
  }
  return field;
}

/** Texts as they are, lists of texts (choices) as lettered lines, anything else as JSON. */
function rendered(field: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) {
    throw new AssayError('PROMPT_FIELD_MISSING', `this row has no "${field}", which the prompt template names`);
  }
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) {
    return value.map((entry, i) => `${letter(i)}. ${entry}`).join('\n');
  }
  return JSON.stringify(value);
}

const letter = (i: number): string => (i < 26 ? String.fromCharCode(65 + i) : String(i + 1));
