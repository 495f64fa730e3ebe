import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tokens } from '../../test/hostile-text.ts';
import { tokenBufferOf } from '../../test/token-buffer-of.ts';
import { ngramMatchesSlow } from './ngram-index.slow.ts';
import { NgramIndex } from './ngram-index.ts';

const DISTINCT = 6;
const ORDERS = 5;

test('matches of every order equal counted strings, with one reference and with several', () => {
  const index = new NgramIndex();
  fc.assert(
    fc.property(tokens, fc.array(tokens, { minLength: 1, maxLength: 3 }), (hypothesis, references) => {
      const total = references.reduce((sum, reference) => sum + reference.length, 0);
      index.begin(DISTINCT, total * (ORDERS - 1));
      if (references.length === 1) index.addOnlyReference(tokenBufferOf(references[0]!), ORDERS);
      else references.forEach((reference, r) => void index.addReference(tokenBufferOf(reference), ORDERS, r));
      const matches = new Float64Array(ORDERS);
      index.match(tokenBufferOf(hypothesis), ORDERS, matches, 0);
      const expected = Array.from(matches, (_, n) => ngramMatchesSlow(hypothesis, references, n + 1));
      expect([...matches]).toEqual(expected);
    }),
  );
});
