import { AssayError } from '@assay/core/errors';

/** What JSON Schema has a keyword's value be. */
const SHAPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  // What a dialect of one's own leaves out or adds, nobody can know.
  $schema: (value) => /^https?:\/\/json-schema\.org\//.test(String(value)),
  $ref: isText,
  type: (value) => isText(value) || isListOf(isText)(value),
  enum: Array.isArray,
  anyOf: isListOf(isSchema),
  oneOf: isListOf(isSchema),
  allOf: isListOf(isSchema),
  properties: (value) => isRecord(value) && Object.values(value).every(isSchema),
  required: isListOf(isText),
  additionalProperties: isSchema,
  items: (value) => isSchema(value) || isListOf(isSchema)(value),
  prefixItems: isListOf(isSchema),
  additionalItems: isSchema,
  pattern: isText,
  minimum: isNumber,
  maximum: isNumber,
  exclusiveMinimum: (value) => isNumber(value) || typeof value === 'boolean',
  exclusiveMaximum: (value) => isNumber(value) || typeof value === 'boolean',
};

/** @throws AssayError RUNNER_CONSTRAINT where a keyword has a value that JSON Schema does not have there */
export function checkShapes(schema: Readonly<Record<string, unknown>>, at: string): void {
  const name = Object.keys(schema).find((each) => Object.hasOwn(SHAPES, each) && !SHAPES[each]!(schema[each]));
  if (name === undefined) return;
  const what = `has ${JSON.stringify(name)} with a value that JSON Schema does not have there`;
  throw new AssayError('RUNNER_CONSTRAINT', `the JSON Schema ${what} (${at.slice(0, 120)})`, {
    hint: 'write the keyword as JSON Schema 2020-12 has it',
  });
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether it is one at all, whatever it holds. */
export function isSchema(value: unknown): boolean {
  return typeof value === 'boolean' || isRecord(value);
}

function isListOf(is: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => Array.isArray(value) && value.every(is);
}
