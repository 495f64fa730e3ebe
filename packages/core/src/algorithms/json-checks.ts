import { createRequire } from 'node:module';
import type * as Ajv from 'ajv/dist/2020.js';
import { linearPattern } from './linear-pattern.ts';

/** A text as JSON; undefined where it is none. */
export function parsedJson(text: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

const FENCE = /^[^`]*```(?:json|JSON)?[^\S\n]*\n([^`]*)```[^`]*$/;

/** An output as JSON; `fenced` also takes it out of a Markdown code block. undefined where there is none. */
export function jsonOf(text: string, extract: 'whole' | 'fenced'): { readonly json: unknown } | undefined {
  const candidates = [text, ...(extract === 'fenced' ? [FENCE.exec(text)?.[1]] : [])];
  for (const candidate of candidates) {
    const found = candidate === undefined ? undefined : parsedJson(candidate);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Longest JSON object that is looked for in a text, and most characters looked at: whatever the text, time stays bounded. */
const LONGEST = 100_000;
const MOST_LOOKED_AT = 5_000_000;

/** The JSON objects that stand in a text, from left to right; what is inside one is not counted again. */
export function jsonObjectsIn(text: string): object[] {
  const found: object[] = [];
  let lookedAt = 0;
  for (let at = text.indexOf('{'); at >= 0 && lookedAt < MOST_LOOKED_AT; at = text.indexOf('{', at)) {
    const end = objectEnd(text, at);
    lookedAt += (end ?? Math.min(text.length, at + LONGEST)) - at;
    const parsed = end === undefined ? undefined : parsedJson(text.slice(at, end));
    if (parsed === undefined) at += 1;
    else {
      found.push(parsed.json as object);
      at = end!;
    }
  }
  return found;
}

/** Behind the brace that closes the one at `from`; braces in texts do not count. */
function objectEnd(text: string, from: number): number | undefined {
  let [depth, inText] = [0, false];
  for (let at = from; at < Math.min(text.length, from + LONGEST); at++) {
    const character = text[at];
    if (inText && character === '\\') at += 1;
    else if (character === '"') inText = !inText;
    else if (inText) continue;
    else if (character === '{') depth += 1;
    else if (character === '}' && --depth === 0) return at + 1;
  }
  return undefined;
}

const regExp = Object.assign((pattern: string, flags: string) => linearPattern(pattern, flags), {
  code: 'linearPattern',
});
const validators = new Map<string, Ajv.ValidateFunction | 'invalid'>();
/** Schemas of rows may all differ: memory is bounded. */
const MOST_VALIDATORS = 1000;

/** A compiled JSON Schema (2020-12; formats are not checked), or `invalid` for what is none. */
export function schemaValidator(schema: object): Ajv.ValidateFunction | 'invalid' {
  const key = JSON.stringify(schema);
  let found = validators.get(key);
  if (found === undefined) {
    if (validators.size >= MOST_VALIDATORS) validators.clear();
    try {
      // Loaded for the first schema: 40 ms in each scoring thread, which most runs have no need of.
      const { Ajv2020 } = createRequire(import.meta.url)('ajv/dist/2020.js') as typeof Ajv;
      // An instance each: schemas with the same $id do not meet.
      found = new Ajv2020({ strict: false, logger: false, validateFormats: false, code: { regExp } }).compile(schema);
    } catch {
      found = 'invalid';
    }
    validators.set(key, found);
  }
  return found;
}

/** Whether a value meets a schema; without a schema it does, against an invalid one nothing does. */
export function meetsSchema(value: unknown, schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return true;
  const validate = schemaValidator(schema);
  return validate !== 'invalid' && validate(value);
}
