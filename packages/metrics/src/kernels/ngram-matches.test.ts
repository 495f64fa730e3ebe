import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tokenBufferOf } from '../../test/token-buffer-of.ts';
import { ngramMatchesSlow } from './ngram-index.slow.ts';
import { NgramMatches } from './ngram-matches.ts';
import { wasmNgrams } from './wasm-ngrams.ts';

const ngrams = new NgramMatches();
/** Few tokens, so that much repeats; some of them the largest that there may be. */
const token = (capacity: number) => fc.oneof(fc.nat(5), fc.integer({ min: capacity - 3, max: capacity - 1 }));
const text = (capacity: number, maxLength: number) => fc.array(token(capacity), { maxLength });

function expectMatches(hypothesis: number[], reference: number[], capacity: number, orders: number): void {
  const expected = Array.from({ length: orders }, (_, n) => 100 + ngramMatchesSlow(hypothesis, [reference], n + 1));
  for (const way of ['add', 'addByIndex'] as const) {
    const matches = new Float64Array(orders + 1).fill(100);
    ngrams[way](tokenBufferOf(hypothesis), tokenBufferOf(reference), capacity, orders, matches, 1);
    expect([...matches], way).toEqual([100, ...expected]);
  }
}

test.each([
  [8, 60, 6],
  [0x110000, 60, 6],
  [2 ** 21 - 1, 30, 9],
  [70_000, 700, 4],
])(
  'matches of every order equal counted strings: tokens below %i, up to %i of them, %i orders',
  (capacity, length, orders) => {
    expect(wasmNgrams(length, capacity, orders), 'WebAssembly is needed here').not.toBeNull();
    fc.assert(
      fc.property(text(capacity, length), text(capacity, length), (hypothesis, reference) =>
        expectMatches(hypothesis, reference, capacity, orders),
      ),
      { numRuns: length > 100 ? 30 : 200 },
    );
  },
);

test('memory that is laid out anew keeps no counts of earlier pairs', () => {
  const long = Array.from({ length: 5_000 }, (_, i) => (i * i) % 700);
  expectMatches([1, 2, 3], [3, 1, 2, 3], 1_000, 3);
  expectMatches(long, long.toReversed(), 700, 5);
  expectMatches([699, 1], [1, 699, 1], 300_000, 2);
});

test('texts beyond the bounds of the WebAssembly are matched by the index', () => {
  expect(wasmNgrams(2 ** 18 + 1, 10, 6)).toBeNull();
  expect(wasmNgrams(10, 2 ** 21, 6)).toBeNull();
  expect(wasmNgrams(10, 10, 65)).toBeNull();
  const matches = new Float64Array(66);
  ngrams.add(tokenBufferOf([1, 2, 1]), tokenBufferOf([1, 2, 1]), 3, 66, matches, 0);
  expect([...matches.subarray(0, 4)]).toEqual([3, 2, 1, 0]);
});
