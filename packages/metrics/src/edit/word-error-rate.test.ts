import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unicodeText } from '../../test/arbitrary-text.ts';
import { characterErrorRate } from './character-error-rate.ts';
import { wordErrorRate } from './word-error-rate.ts';

const words = fc
  .array(fc.constantFrom('a', 'b', 'c', 'the', 'cat'), { minLength: 1, maxLength: 40 })
  .map((list) => list.join(' '));

describe('wordErrorRate', () => {
  const wer = wordErrorRate();

  test('counts hits, substitutions, deletions and insertions', () => {
    expect(wer.score(wer.statistics('the cat sat down', ['the hat sat']))).toMatchObject({
      errorRate: 2 / 3,
      matchErrorRate: 2 / 4,
      hits: 2,
      substitutions: 1,
      deletions: 0,
      insertions: 1,
    });
  });

  test('aligns as runs of words', () => {
    expect(wer.align('a x c d', 'a b c')).toEqual([
      { type: 'equal', referenceStart: 0, referenceEnd: 1, hypothesisStart: 0, hypothesisEnd: 1 },
      { type: 'substitute', referenceStart: 1, referenceEnd: 2, hypothesisStart: 1, hypothesisEnd: 2 },
      { type: 'equal', referenceStart: 2, referenceEnd: 3, hypothesisStart: 2, hypothesisEnd: 3 },
      { type: 'insert', referenceStart: 3, referenceEnd: 3, hypothesisStart: 3, hypothesisEnd: 4 },
    ]);
  });

  test('separates words by spaces and runs of white space, but not by a single line break', () => {
    expect(wer.score(wer.statistics('a\nb', ['a b']))?.substitutions).toBe(1);
    expect(wer.score(wer.statistics(' a \n b\t', ['a b']))?.errorRate).toBe(0);
  });

  test('refuses a reference without words, as jiwer does, unless asked to count insertions', () => {
    expect(() => wer.statistics('a', [' '])).toThrow(expect.objectContaining({ code: 'METRIC_TARGET_EMPTY' }));
    expect(() => wer.statistics('a', [])).toThrow(expect.objectContaining({ code: 'METRIC_NO_REFERENCE' }));
    const lenient = wordErrorRate({ emptyReference: 'insertions' });
    expect([...lenient.statistics('a b', [''])]).toEqual([0, 0, 0, 2]);
    expect(lenient.score(lenient.statistics('a b', ['']))).toBeNull();
  });

  test('is 1 for an empty hypothesis, which loses every word', () => {
    expect(wer.score(wer.statistics('', ['a b']))).toMatchObject({
      errorRate: 1,
      deletions: 2,
      informationPreserved: 0,
    });
  });

  test('takes the best of several references', () => {
    expect([...wer.statistics('a b', ['x y', 'a c'])]).toEqual([1, 1, 0, 0]);
  });

  test('of parts merged is that of the whole, in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(words, words), { minLength: 2, maxLength: 6 }), (pairs) => {
        const whole = new Float64Array(4);
        for (const [hypothesis, reference] of pairs) wer.add(whole, hypothesis, [reference]);
        const parts = [...pairs].reverse().map(([hypothesis, reference]) => wer.statistics(hypothesis, [reference]));
        expect(parts.reduce(wer.merge)).toEqual(whole);
      }),
    );
  });

  test('says in its signature what it did with words', () => {
    expect(wer.signature()).toMatch(/^nrefs:1\|case:mixed\|tok:jiwer\|empty:error\|version:/);
  });
});

describe('characterErrorRate', () => {
  const cer = characterErrorRate();

  test('counts code points, spaces among them, between stripped ends', () => {
    expect([...cer.statistics('a\ud83d\ude00 ', [' a c'])]).toEqual([1, 1, 1, 0]);
  });

  test('is 0 for equal texts and accounts for every character', () => {
    fc.assert(
      fc.property(unicodeText(60), unicodeText(60), (hypothesis, reference) => {
        const [hits = 0, substitutions = 0, deletions = 0, insertions = 0] = cer.statistics(`x${hypothesis}x`, [
          `y${reference}y`,
        ]);
        expect(hits + substitutions + deletions).toBe(Array.from(reference).length + 2);
        expect(hits + substitutions + insertions).toBe(Array.from(hypothesis).length + 2);
        expect(cer.score(cer.statistics(`x${hypothesis}x`, [`x${hypothesis}x`]))?.errorRate).toBe(0);
      }),
    );
  });
});
