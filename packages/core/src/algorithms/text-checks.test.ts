import { expect, test } from 'vitest';
import type { Algorithm } from './algorithm.ts';
import { assertions } from './assertions.ts';
import { jsonValidity } from './json-validity.ts';
import { linearPattern } from './linear-pattern.ts';

function score(algorithm: Algorithm, output: string, settings: object, record: Record<string, unknown> = {}) {
  const sample = { index: 0, digest: '0', features: { model_input: 'q', target_output: 'a+b' }, record };
  const answers = new Map([['original', { kind: 'generate' as const, text: output, elapsedMs: 1 }]]);
  return algorithm.score({ sample, answers, helpers: new Map() }, algorithm.options.parse(settings));
}
const check = (output: string, settings: object) => score(assertions as Algorithm, output, settings);
const json = (output: string, settings: object, record = {}) =>
  score(jsonValidity as Algorithm, output, settings, record);

test.each([
  ['yes, a+b', { contains: ['yes', '$target_output'] }, 1],
  ['yes', { contains: ['yes', 'no'] }, 0.5],
  ['Sorry', { not_contains: 'sorry', ignore_case: true }, 0],
  ['the end.', { regex: '\\.$' }, 1],
  ['it is a+b!', { regex: '$target_output!' }, 1],
  ['it is aab!', { regex: '$target_output!' }, 0],
  [' yes\n', { equals: ['no', 'yes'] }, 1],
  ['yes indeed', { equals: 'yes', starts_with: 'yes' }, 0.5],
])('%j under %j passes %d', (output, settings, passed) => {
  expect(check(output, settings)).toMatchObject({ scores: { assertions_passed: passed } });
});

test('at least one assertion must be given, and patterns must be patterns', () => {
  expect(assertions.options.safeParse({}).success).toBe(false);
  expect(assertions.options.safeParse({ regex: '(' }).success).toBe(false);
  expect(assertions.options.safeParse({ regex: '(?=x)' }).success).toBe(false);
});

test('a pattern that stalls a backtracking engine takes linear time', () => {
  const steps = 'a'.repeat(5000);
  expect(linearPattern('^(a+)+$').test(`${steps}!`)).toBe(false);
  expect(linearPattern('(?i)paris').test('PARIS')).toBe(true);
});

test('JSON counts in a code block, unless the whole output is asked for', () => {
  const fenced = 'Here:\n```json\n{"a": 1}\n```';
  expect(json(fenced, {})).toMatchObject({ scores: { json_validity: 1 } });
  expect(json(fenced, { extract: 'whole' })).toMatchObject({ scores: { json_validity: 0 } });
});

test('a schema of the row’s own is checked, patterns in linear time', () => {
  const schema = { type: 'object', properties: { a: { type: 'string', pattern: '^(x+)+$' } }, required: ['a'] };
  const settings = { schema_field: 'schema' };
  expect(json('{"a": "xx"}', settings, { schema })).toMatchObject({ scores: { schema_validity: 1 } });
  expect(json(`{"a": "${'x'.repeat(5000)}!"}`, settings, { schema })).toMatchObject({ scores: { schema_validity: 0 } });
  expect(json('[]', settings, { schema: JSON.stringify(schema) })).toMatchObject({ scores: { schema_validity: 0 } });
  expect(json('{}', settings, {})).toEqual({ unscored: 'no_schema' });
  expect(json('{}', settings, { schema: { type: 'nonsense' } })).toEqual({ unscored: 'schema_invalid' });
});

test('schemas that share an $id do not meet', () => {
  const settings = { schema_field: 'schema' };
  const row = (type: string) => ({ schema: { $id: 'same', type } });
  expect(json('1', settings, row('number'))).toMatchObject({ scores: { schema_validity: 1 } });
  expect(json('1', settings, row('string'))).toMatchObject({ scores: { schema_validity: 0 } });
});
