import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tokens } from '../../test/hostile-text.ts';
import { tokenBufferOf } from '../../test/token-buffer-of.ts';
import { lcsLengthSlow } from './lcs-length.slow.ts';
import { lcsLength } from './lcs-length.ts';
import { lcsPositionsSlow } from './lcs-union.slow.ts';
import { markLcs } from './lcs-union.ts';

const DISTINCT = 6;

test('bit-parallel length equals the table', () => {
  fc.assert(
    fc.property(tokens, tokens, (a, b) => {
      expect(lcsLength(tokenBufferOf(a), tokenBufferOf(b), DISTINCT)).toBe(lcsLengthSlow(a, b));
    }),
  );
});

test('long sequences, which go to WebAssembly, equal the table', () => {
  const long = fc.array(fc.integer({ min: 1, max: DISTINCT }), { minLength: 180, maxLength: 300 });
  fc.assert(
    fc.property(long, long, (a, b) => {
      expect(lcsLength(tokenBufferOf(a), tokenBufferOf(b), DISTINCT)).toBe(lcsLengthSlow(a, b));
    }),
    { numRuns: 30 },
  );
});

test('tokens that the first side lacks do not count', () => {
  expect(lcsLength(tokenBufferOf([1, 2, 3]), tokenBufferOf([0, 1, 0, 3]), 3)).toBe(2);
});

test('an empty side gives 0', () => {
  expect(lcsLength(tokenBufferOf([]), tokenBufferOf([0, 0]), 0)).toBe(0);
  expect(lcsLength(tokenBufferOf([1]), tokenBufferOf([]), 1)).toBe(0);
});

test('positions on the subsequence equal those of the table', () => {
  fc.assert(
    fc.property(tokens, tokens, (a, b) => {
      const marks = new Uint8Array(a.length);
      markLcs(tokenBufferOf(a), tokenBufferOf(b), DISTINCT, marks);
      const positions = [...marks.keys()].filter((i) => marks[i] === 1);
      expect(positions).toEqual(lcsPositionsSlow(a, b));
    }),
  );
});
