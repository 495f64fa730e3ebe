import type { TextConstraint } from '@assay/core';
import { expect, test } from 'vitest';
import { EMBEDDED_MODEL } from '../../test/embedded-model.ts';
import { compileConstraint } from '../constraint/constraint.ts';
import { Matcher, type State } from '../constraint/matcher.ts';
import { seededUniform } from './random.ts';
import { TokenMasks } from './token-masks.ts';
import { TokenTable } from './token-table.ts';
import { readVocabulary } from './vocabulary.ts';

const VOCABULARY = readVocabulary(EMBEDDED_MODEL);
const TABLE = new TokenTable(VOCABULARY);

const masksOf = (constraint: TextConstraint): TokenMasks =>
  new TokenMasks(new Matcher(compileConstraint(constraint)), TABLE);

/** The slow twin: every token by itself. */
function oneByOne({ matcher }: TokenMasks, state: State): Map<number, number> {
  const found = new Map<number, number>();
  for (let id = 0; id < VOCABULARY.size; id++) {
    const bytes = TABLE.bytesOf(id);
    const next = bytes === undefined || bytes.length === 0 ? null : matcher.walk(state, bytes);
    if (next !== null) found.set(id, next.distance);
  }
  return found;
}

const PERSON = {
  type: 'object',
  properties: { name: { type: 'string', maxLength: 12 }, age: { type: 'integer', minimum: 7, maximum: 131 } },
  required: ['name', 'age'],
};

test.each<[string, TextConstraint]>([
  ['a schema', { type: 'json_schema', schema: PERSON }],
  ['any JSON', { type: 'json_schema', schema: true }],
  ['a pattern', { type: 'regex', pattern: '(?:да|нет|no(?:ne)?)[0-9]{2}[^x]*' }],
  ['choices that begin alike', { type: 'choice', choices: ['日本', '日本語', 'none', 'nonesuch', 'no'] }],
])('a mask has the tokens that keep to the form, and no others: %s', (_, constraint) => {
  const masks = masksOf(constraint);
  const uniform = seededUniform(5);
  let state = masks.matcher.start;
  for (let step = 0; step < 6; step++) {
    const expected = oneByOne(masks, state);
    const { ids, all, distances, farthest } = masks.whole(state);
    expect(new Map(Array.from(ids, (id, i) => [id, distances[i]!] as const))).toEqual(expected);
    expect(all).toEqual(new Set(ids));
    expect(farthest).toBe(Math.max(0, ...expected.values()));
    if (expected.size === 0) break;
    const chosen = [...expected.keys()][Math.floor(uniform() * expected.size)]!;
    state = masks.matcher.walk(state, TABLE.bytesOf(chosen)!)!;
  }
});

test('a state where most tokens may follow has no narrow mask until all of it was wanted', () => {
  const masks = masksOf({ type: 'regex', pattern: '.*' });
  const { start } = masks.matcher;
  expect(masks.narrow(start)).toBeNull();
  expect(masks.whole(start).ids.length).toBeGreaterThan(40_000);
  expect(masks.narrow(start)).toBe(masks.whole(start));
});

test('masks that were not asked for lately are given up, so that a form of many states stays small', () => {
  const masks = masksOf({ type: 'regex', pattern: '.{0,60}' });
  const { matcher } = masks;
  const first = masks.whole(matcher.start);
  let state: State = matcher.start;
  for (let at = 0; at < 2; at++) {
    state = matcher.step(state, 0x61)!;
    masks.whole(state);
  }
  const again = masks.whole(matcher.start);
  expect(again).not.toBe(first);
  expect(again).toEqual(first);
});
