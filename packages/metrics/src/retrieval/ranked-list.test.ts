import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ndcgAt, precisionAt, recallAt, reciprocalRank } from './ranked-list.ts';

interface Ranking {
  readonly retrieved: readonly string[];
  readonly relevance: Readonly<Record<string, number>>;
  readonly values: Readonly<Record<string, number>>;
}

const { rankings } = JSON.parse(readFileSync(new URL('../../fixtures/retrieval.json', import.meta.url), 'utf8')) as {
  readonly rankings: readonly Ranking[];
};

test('60 rankings have the values of trec_eval', () => {
  expect(rankings).toHaveLength(60);
  for (const { retrieved, relevance, values } of rankings) {
    const grades = new Map(Object.entries(relevance));
    expect(reciprocalRank(retrieved, grades)).toBeCloseTo(values.recip_rank!, 12);
    for (const k of [3, 5, 10]) {
      expect(recallAt(retrieved, grades, k)).toBeCloseTo(values[`recall_${k}`]!, 12);
      expect(precisionAt(retrieved, grades, k)).toBeCloseTo(values[`P_${k}`]!, 12);
      expect(ndcgAt(retrieved, grades, k)).toBeCloseTo(values[`ndcg_cut_${k}`]!, 12);
    }
  }
});

test('where nothing is relevant nothing can be found, and an empty list finds nothing', () => {
  for (const measure of [recallAt, precisionAt, ndcgAt]) {
    expect(measure(['a'], new Map([['a', 0]]), 5)).toBeNull();
    expect(measure([], new Map([['a', 1]]), 5)).toBe(0);
  }
  expect([reciprocalRank(['a'], new Map()), reciprocalRank([], new Map([['a', 1]]))]).toEqual([null, 0]);
});

test('a document that stands twice counts once', () => {
  const relevance = new Map([
    ['a', 1],
    ['b', 1],
  ]);
  expect(recallAt(['a', 'a', 'b'], relevance, 2)).toBe(1);
  expect(precisionAt(['a', 'a'], relevance, 2)).toBe(0.5);
});

test('all lie between 0 and 1, and the best order has an nDCG of 1', () => {
  const grades = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 0, max: 3 }));
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e')),
      grades,
      fc.integer({ min: 1, max: 6 }),
      (list, given, k) => {
        const relevance = new Map(Object.entries(given));
        for (const value of [
          recallAt(list, relevance, k),
          precisionAt(list, relevance, k),
          ndcgAt(list, relevance, k),
        ]) {
          if (value !== null) expect(value >= 0 && value <= 1).toBe(true);
        }
        const best = [...relevance].sort(([, a], [, b]) => b - a).map(([id]) => id);
        expect(ndcgAt(best, relevance, k) ?? 1).toBeCloseTo(1, 12);
      },
    ),
  );
});
