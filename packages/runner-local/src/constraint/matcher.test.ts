import { AssayError, type TextConstraint } from '@assay/core';
import { describe, expect, test } from 'vitest';
import { seededUniform } from '../generation/random.ts';
import { compileConstraint } from './constraint.ts';
import { Matcher, type State } from './matcher.ts';

/** A text drawn from a form at random, finished once `room` bytes are used up. */
function drawn(constraint: TextConstraint, seed: number, room = 60): string {
  const matcher = new Matcher(compileConstraint(constraint));
  const uniform = seededUniform(seed);
  const bytes: number[] = [];
  const most = matcher.start.distance + room;
  for (let state: State = matcher.start; ; ) {
    if (state.accepts && (state.places.length === 0 || bytes.length >= most || uniform() < 0.2)) break;
    const { node } = state.places[Math.floor(uniform() * state.places.length)]!;
    const byte = node.low + Math.floor(uniform() * (node.high - node.low + 1));
    const next = matcher.step(state, byte)!;
    const isRoom = bytes.length + 1 + next.distance <= most;
    const shortest = state.places
      .map((place) => place.node.low)
      .sort((a, b) => distance(matcher, state, a) - distance(matcher, state, b))[0]!;
    bytes.push(isRoom ? byte : shortest);
    state = isRoom ? next : matcher.step(state, shortest)!;
  }
  return Buffer.from(bytes).toString('utf8');
}

function distance(matcher: Matcher, state: State, byte: number): number {
  return matcher.step(state, byte)!.distance;
}

function matches(constraint: TextConstraint, text: string): boolean {
  const matcher = new Matcher(compileConstraint(constraint));
  return matcher.walk(matcher.start, Buffer.from(text))?.accepts === true;
}

const schema = (value: unknown): TextConstraint => ({ type: 'json_schema', schema: value });
const seeds = Array.from({ length: 40 }, (_, seed) => seed);

describe('texts drawn from a schema meet it', () => {
  test.each<[string, unknown, (value: never) => boolean]>([
    ['any value', true, () => true],
    [
      'bounded integers',
      { type: 'integer', minimum: -17, exclusiveMaximum: 1203 },
      (n: number) => Number.isInteger(n) && n >= -17 && n < 1203,
    ],
    ['integers from one on', { type: 'integer', minimum: 7 }, (n: number) => Number.isInteger(n) && n >= 7],
    ['integers up to one', { type: 'integer', maximum: 300 }, (n: number) => Number.isInteger(n) && n <= 300],
    [
      'lengths in characters',
      { type: 'string', minLength: 2, maxLength: 5 },
      (s: string) => [...s].length >= 2 && [...s].length <= 5,
    ],
    [
      'a pattern with quotes in it',
      { type: 'string', pattern: '^a["x]{2,3}\\\\z$' },
      (s: string) => /^a["x]{2,3}\\z$/.test(s),
    ],
    ['a pattern anywhere', { type: 'string', pattern: '[0-9]{3}' }, (s: string) => /[0-9]{3}/.test(s)],
    [
      'optional members in order',
      { type: 'object', properties: { a: { type: 'null' }, b: { const: 1 }, c: { type: 'boolean' } }, required: ['b'] },
      (o: { b: number }) => o.b === 1 && Object.keys(o).every((key) => 'abc'.includes(key)),
    ],
    [
      'arrays with a head',
      {
        type: 'array',
        prefixItems: [{ const: 'x' }, { type: 'integer' }],
        items: { type: 'boolean' },
        minItems: 3,
        maxItems: 5,
      },
      (a: unknown[]) =>
        a.length >= 3 && a.length <= 5 && a[0] === 'x' && a.slice(2).every((each) => typeof each === 'boolean'),
    ],
    [
      'a tree',
      {
        $ref: '#/$defs/tree',
        $defs: {
          tree: {
            type: 'object',
            properties: { left: { $ref: '#/$defs/tree' }, name: { type: 'string' } },
            required: ['name'],
          },
        },
      },
      (o: { name: string }) => typeof o.name === 'string',
    ],
    [
      'all of several',
      {
        allOf: [
          { type: 'object', required: ['a'] },
          { properties: { a: { type: 'number' }, b: { enum: [1, 'two'] } } },
          { properties: { a: { minimum: 5, maximum: 6 } }, required: ['b'] },
        ],
      },
      (o: { a: number; b: unknown }) => o.a >= 5 && o.a <= 6 && [1, 'two'].includes(o.b as string),
    ],
    [
      'one of disjoint choices',
      { oneOf: [{ type: 'integer' }, { type: 'array', maxItems: 0 }] },
      (v: unknown) => Number.isInteger(v) || Array.isArray(v),
    ],
  ])('%s', (_, value, isValid) => {
    for (const seed of seeds) {
      const text = drawn(schema(value), seed);
      expect([text, isValid(JSON.parse(text) as never)]).toEqual([text, true]);
    }
  });
});

test.each([
  ['(cat|dog)s?', ['cat', 'dogs'], ['cats!', 'do', '']],
  ['\\d{2,3}-[^a-c]', ['12-z', '123-日'], ['1-z', '12-a', '1234-z']],
  ['^(?:да|нет)$', ['да', 'нет'], ['д', 'данет']],
  ['[😀-😂]+', ['😀😂'], ['😃', '']],
])('the pattern %s matches as a regular expression does', (pattern, right, wrong) => {
  for (const text of right) expect([text, matches({ type: 'regex', pattern }, text)]).toEqual([text, true]);
  for (const text of wrong) expect([text, matches({ type: 'regex', pattern }, text)]).toEqual([text, false]);
  for (const seed of seeds)
    expect(drawn({ type: 'regex', pattern }, seed)).toMatch(new RegExp(`^(?:${pattern})$`, 'u'));
});

test('one of several texts, though one begins another', () => {
  const choice: TextConstraint = { type: 'choice', choices: ['yes', 'yes, but', 'no'] };
  expect(['yes', 'yes, but', 'no', 'ye', 'nope'].map((text) => matches(choice, text))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});

test.each<[string, TextConstraint]>([
  ['no text', schema(false)],
  ['no text', schema({ type: 'object', properties: { a: false }, required: ['a'] })],
  [
    'no text',
    schema({ $ref: '#/$defs/a', $defs: { a: { type: 'array', items: { $ref: '#/$defs/a' }, minItems: 1 } } }),
  ],
  ['keyword "not"', schema({ not: { type: 'string' } })],
  ['keyword "multipleOf"', schema({ type: 'integer', multipleOf: 7 })],
  ['may meet at once', schema({ oneOf: [{ minimum: 1 }, { maximum: 5 }] })],
  ['"$schema" with a value', schema({ $schema: 'http://localhost/own', type: 'integer' })],
  ['which is not there', schema({ $ref: '#/$defs/nowhere' })],
  ['only #/', schema({ $ref: 'any value' })],
  ['only #/', schema({ $ref: 'https://example.org/schema.json' })],
  ['more than 2000 parts', schema({ allOf: [{ $ref: '#' }] })],
  ['more than 60000 places', { type: 'regex', pattern: '((a{1,99}){1,99}){1,99}' }],
  ['a repetition above', { type: 'regex', pattern: 'a{1,100000}' }],
  ['a group of a kind', { type: 'regex', pattern: '(?=a)b' }],
  ['an unmatched', { type: 'regex', pattern: '(a' }],
  ['more than 200000 characters', { type: 'choice', choices: ['x'.repeat(200_001)] }],
])('%s: a form that cannot be followed is refused', (reason, constraint) => {
  const compile = () => new Matcher(compileConstraint(constraint));
  expect(compile).toThrow(AssayError);
  expect(compile).toThrow(reason);
});

test.each([
  [7, 131],
  [0, 9],
  [1, 10],
  [10, 99],
  [95, 1005],
  [-120, 34],
  [-1000, -999],
  [499, 2000],
])('integers from %d to %d are these and no others', (minimum, maximum) => {
  const form = schema({ type: 'integer', minimum, maximum });
  const matcher = new Matcher(compileConstraint(form));
  for (let n = minimum - 150; n <= maximum + 150; n++) {
    const isMatched = matcher.walk(matcher.start, Buffer.from(String(n)))?.accepts === true;
    expect([n, isMatched]).toEqual([n, minimum <= n && n <= maximum]);
  }
});

test('bounds on one side and counted items that nest take little room', () => {
  const size = (value: unknown): number => compileConstraint(schema(value)).size;
  expect(size({ type: 'integer', minimum: 0 })).toBeLessThan(1000);
  expect(size({ type: 'integer', maximum: 123_456_789_012_345 })).toBeLessThan(1500);
  const nested = (depth: number): unknown =>
    depth === 0 ? { type: 'boolean' } : { type: 'array', items: nested(depth - 1), minItems: 2, maxItems: 9 };
  expect(size(nested(8))).toBeLessThan(1500);
});

test('many optional members take little room', () => {
  const properties = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`key${i}`, { type: 'boolean' }]));
  expect(compileConstraint(schema({ type: 'object', properties })).size).toBeLessThan(10_000);
});
