import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tokenBufferOf } from '../../test/token-buffer-of.ts';
import { translationEditsSlow } from './translation-edits.slow.ts';
import { TranslationEdits } from './translation-edits.ts';

const edits = new TranslationEdits();

function expectSame(hypothesis: number[], reference: number[]): void {
  const fast = edits.count(tokenBufferOf(hypothesis), tokenBufferOf(reference), 128);
  expect(fast).toBe(translationEditsSlow(hypothesis, reference));
}

const words = (alphabet: number, maxLength: number) => fc.array(fc.nat(alphabet), { maxLength });

test('shifts and edits of short texts equal the reference', () => {
  fc.assert(
    fc.property(words(4, 12), words(4, 12), (hypothesis, reference) => expectSame(hypothesis, reference)),
    { numRuns: 1500 },
  );
});

test('texts of very different length, where the beam is cut off, equal the reference', () => {
  fc.assert(
    fc.property(words(30, 5), words(30, 90), (a, b) => {
      expectSame(a, b);
      expectSame(b, a);
    }),
    { numRuns: 40 },
  );
});

test('a text with its sentences in another order equals the reference', () => {
  const sentences = fc.array(words(40, 14), { minLength: 2, maxLength: 4 });
  fc.assert(
    fc.property(sentences, (parts) => expectSame([...parts].reverse().flat(), parts.flat())),
    { numRuns: 40 },
  );
});

test('the limit of candidate shifts is reached where the reference reaches it', () => {
  const reference = Array.from({ length: 40 }, (_, i) => i % 3);
  expectSame([...reference].reverse(), reference);
});
