import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bertScore } from './bert-score.ts';
import { cosineSimilarity } from './cosine-similarity.ts';
import { greedyMaximaSlow } from './greedy-maxima.slow.ts';
import { greedyMaxima } from './greedy-maxima.ts';
import { inverseDocumentFrequencies } from './inverse-document-frequencies.ts';
import type { TokenEmbeddings } from './token-embeddings.ts';

const dimensions = 5;
const matrix = (minRows: number) =>
  fc
    .array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: dimensions, maxLength: dimensions }), {
      minLength: minRows,
      maxLength: 11,
    })
    .map((rows) => rows.flatMap((row) => [...row.slice(1), 10]));
const side = (values: readonly number[], weights?: readonly number[]): TokenEmbeddings =>
  weights
    ? { values: Float32Array.from(values), dimensions, weights }
    : { values: Float32Array.from(values), dimensions };

describe('bertScore', () => {
  test('is 1 for the same tokens in any order', () => {
    const { precision, recall, f1 } = bertScore(
      side([1, 0, 0, 0, 0, 0, 2, 0, 0, 0]),
      side([0, 1, 0, 0, 0, 3, 0, 0, 0, 0]),
    );
    expect([precision, recall, f1]).toEqual([1, 1, 1]);
  });

  test('weighs tokens, and lets those of no weight still be matched', () => {
    const reference = side([1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0], [1, 3, 0]);
    const { precision, recall } = bertScore(side([1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0]), reference);
    expect(precision).toBe(1);
    expect(recall).toBe(0.25);
  });

  test('is 0 where a side has no token, or no weight', () => {
    const zeros = { precision: 0, recall: 0, f1: 0 };
    expect(bertScore(side([]), side([1, 0, 0, 0, 0]))).toEqual(zeros);
    expect(bertScore(side([1, 0, 0, 0, 0], [0]), side([1, 0, 0, 0, 0], [0]))).toEqual(zeros);
  });

  test('takes two tokens for an empty text only when asked for compatibility', () => {
    const two = side([1, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
    expect(bertScore(two, two).precision).toBe(1);
    expect(bertScore(two, two, { compat: 'bert_score' })).toEqual({ precision: 0, recall: 0, f1: 1 });
  });

  test('swaps precision and recall with the sides', () => {
    fc.assert(
      fc.property(matrix(1), matrix(1), (a, b) => {
        const forth = bertScore(side(a), side(b));
        const back = bertScore(side(b), side(a));
        expect(forth.precision).toBeCloseTo(back.recall, 12);
        expect(forth.f1).toBeCloseTo(back.f1, 12);
        expect(forth.precision).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });

  test('rejects values that are no rows and weights of another length', () => {
    expect(() => bertScore(side([1, 2, 3]), side([]))).toThrow(expect.objectContaining({ code: 'BERTSCORE_SHAPE' }));
    expect(() => bertScore(side([1, 0, 0, 0, 0], [1, 2]), side([]))).toThrow(RangeError);
    expect(() => bertScore({ values: new Float32Array(2), dimensions: 2 }, side([]))).toThrow(RangeError);
  });
});

describe('greedyMaxima', () => {
  test('equals its slow twin whatever is left over from the blocks', () => {
    fc.assert(
      fc.property(matrix(1), matrix(1), (a, b) => {
        const [left, right] = [Float64Array.from(a), Float64Array.from(b)];
        expect(greedyMaxima(left, right, dimensions)).toEqual(greedyMaximaSlow(left, right, dimensions));
      }),
    );
  });
});

describe('cosineSimilarity', () => {
  test('is 1 along, 0 across and −1 against, and null for a vector without direction', () => {
    expect(cosineSimilarity([1, 2], [2, 4])).toBeCloseTo(1, 15);
    expect(cosineSimilarity([1, 0], [0, 3])).toBe(0);
    expect(cosineSimilarity([1, 0], [-2, 0])).toBe(-1);
    expect(cosineSimilarity([0, 0], [1, 0])).toBeNull();
    expect(() => cosineSimilarity([1], [1, 2])).toThrow(expect.objectContaining({ code: 'VECTOR_LENGTH' }));
  });
});

describe('inverseDocumentFrequencies', () => {
  test('are those of bert_score: ln((N + 1) / (df + 1))', () => {
    const idf = inverseDocumentFrequencies([
      ['a', 'b', 'a'],
      ['a', 'c'],
    ]);
    expect(idf('a')).toBe(0);
    expect(idf('b')).toBeCloseTo(Math.log(3 / 2), 15);
    expect(idf('x')).toBeCloseTo(Math.log(3), 15);
  });
});
