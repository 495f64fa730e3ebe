import type { ScoreSpec } from '@assay/core';
import { expect, test } from 'vitest';
import type { PageIndex } from '../rows/page-data.ts';
import { alikeScores } from './alike-scores.ts';

const VALUES = Array.from({ length: 40 }, (_, i) => ((i * 17) % 40) / 40);

function alike(columns: Readonly<Record<string, readonly (number | null)[]>>, primary: readonly string[] = []) {
  const scores = Object.entries(columns).map(([key, values]) => ({
    key: `a.${key}`,
    better: 'higher' as const,
    values: Float64Array.from(values, (value) => value ?? Number.NaN),
  }));
  const specs = primary.map((score) => ({ algorithm: 'a', score, spec: { primary: true } as ScoreSpec }));
  return Object.fromEntries(alikeScores({ scores } as unknown as PageIndex, specs));
}

test('a score that goes with another is folded under it, a primary one under none that is not', () => {
  const nearly = VALUES.map((value, i) => value * 0.9 + (i % 2) * 0.02);
  expect(alike({ one: VALUES, two: nearly })).toEqual({ 'a.two': 'a.one' });
  expect(alike({ one: VALUES, two: nearly }, ['two'])).toEqual({ 'a.one': 'a.two' });
});

test('scores that part, that other samples have, or of too few samples are kept apart', () => {
  const other = VALUES.map((_, i) => ((i * 7) % 40) / 40);
  const gap = VALUES.map((value, i) => (i === 3 ? null : value));
  expect(alike({ one: VALUES, two: other, three: gap })).toEqual({});
  expect(alike({ one: VALUES.slice(0, 5), two: VALUES.slice(0, 5) })).toEqual({});
});

test('equal scores are alike although nothing varies', () => {
  const zeros = VALUES.map(() => 0);
  expect(alike({ one: zeros, two: zeros })).toEqual({ 'a.two': 'a.one' });
});
