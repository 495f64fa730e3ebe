import { AssayError } from '@assay/core';

export type JsonObject = { readonly [key: string]: unknown };

/** Marks a number that Python prints with its `.0`, which JSON.parse of JavaScript forgets. */
const FLOAT = '\u0000float';
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+\.0+(?![\deE])/g;

/**
 * JSON of a JumpStart document. The `default` of a variable keeps a `.0` as text (`0.0`), as containers get it from AWS's
 * SDK; every other number is a number. @throws AssayError AWS_RESPONSE_SHAPE
 */
export function parseDocument(text: string, name: string): JsonObject {
  try {
    // First as it is, so that what is marked is JSON: every string in it ends.
    JSON.parse(text);
  } catch (cause) {
    throw new AssayError('AWS_RESPONSE_SHAPE', `${name} is not JSON`, { cause });
  }
  const marked = text.replace(TOKEN, (token) =>
    token.startsWith('"') ? token : `{${JSON.stringify(FLOAT)}:"${token}"}`,
  );
  const document = withoutMarks(JSON.parse(marked), '');
  if (!isObject(document)) throw new AssayError('AWS_RESPONSE_SHAPE', `${name} is not a JSON object`);
  return document;
}

function withoutMarks(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value.map((each) => withoutMarks(each, key));
  if (!isObject(value)) return value;
  const float = value[FLOAT];
  if (typeof float === 'string') return key.toLowerCase() === 'default' ? float.replace(/\.0+$/, '.0') : Number(float);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutMarks(member, name)]));
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Python's `str` of a JSON value, which is what containers get. */
export function pythonText(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string' || Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  // Python goes over to exponents earlier than JavaScript, and writes two digits of them.
  const text = size < 1e-4 ? value.toExponential() : String(value);
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}
