import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { allMatches } from '../compiled-pattern.ts';
import { BoundedPattern } from './bounded-pattern.ts';
import { type Spans, TooManySteps } from './bounded-search.ts';

const NO_FLAGS = { ignoreCase: false, multiline: false, dotAll: false };

type Case = [pattern: string, text: string, found: unknown, search: unknown, match: unknown, fullmatch: unknown];
const cases = JSON.parse(readFileSync(new URL('fixtures/cases.json', import.meta.url), 'utf8')) as Case[];

/** Spans in code points, as Python has them. */
const inCharacters = (text: string, spans: Spans | undefined): unknown =>
  spans?.map((span) => span.map((at) => (at < 0 ? -1 : Array.from(text.slice(0, at)).length))) ?? null;

function found(pattern: BoundedPattern, text: string): unknown {
  return Array.from(allMatches(pattern.on(text), text), (spans) => {
    const texts = spans.map(([start, end]) => (start < 0 ? '' : text.slice(start, end)));
    return texts.length === 1 ? texts[0] : texts.length === 2 ? texts[1] : texts.slice(1);
  });
}

test('every pattern finds in every text what CPython finds', () => {
  const differing = cases.filter(([pattern, text, all, search, match, fullmatch]) => {
    const compiled = new BoundedPattern(pattern, NO_FLAGS);
    const ours = [
      found(compiled, text),
      ...(['search', 'match', 'fullmatch'] as const).map((mode) => inCharacters(text, compiled.on(text).find(0, mode))),
    ];
    return JSON.stringify(ours) !== JSON.stringify([all, search, match, fullmatch]);
  });
  expect(differing).toEqual([]);
});

describe('what stalls a backtracking engine', () => {
  test.each([
    ['(a+)+$', `${'a'.repeat(5000)}b`],
    ['(?=(a*)*b)c', 'a'.repeat(2000)],
    ['(x*)*(x*)*(x*)*(?!x)y', 'x'.repeat(2000)],
  ])('%s ends without a match', (pattern, text) => {
    expect(new BoundedPattern(pattern, NO_FLAGS).on(text).find(0, 'search')).toBeUndefined();
  });

  test('what a look-around sees again and again ends at a number of steps', () => {
    const pattern = new BoundedPattern('(?=.*a)(?!a)b', NO_FLAGS, 100_000);
    expect(() => pattern.on(`${'c'.repeat(3000)}a`).find(0, 'search')).toThrow(TooManySteps);
  });

  test.each([
    '(a)\\1',
    '(?P<x>a)(?P=x)',
    '(?>a)',
    'a++',
    '(a)?(?(1)b|c)',
    '(?<=a+)b',
    'a**',
    '(',
    ')',
    '[a',
    'a{2,1}',
    '\\q',
    'a(?i)b',
    '(?P<n>a)(?P<n>b)',
    'a{5000}',
    '((((a{900}){900}){900}){900})',
    '('.repeat(5000),
  ])('%s is refused', (pattern) => {
    expect(() => new BoundedPattern(pattern, NO_FLAGS)).toThrow(SyntaxError);
  });
});
