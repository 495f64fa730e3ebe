import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dealWindow } from './deal-window.ts';

const inputsOf = (lengths: readonly number[]) =>
  lengths.map((length, id) => ({ id: String(id), text: 'a'.repeat(length) }));
const sizesOf = (shares: ReturnType<typeof dealWindow>): number[] =>
  shares.map((share) => share.reduce((sum, { text }) => sum + text.length, 0));

describe('a window dealt out to threads', () => {
  it('has every text in one share, and of each share at most one text more than is its part', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1500), { maxLength: 80 }), fc.integer({ min: 1, max: 5 }), (lengths, threads) => {
        const window = inputsOf(lengths);
        const shares = dealWindow(window, threads);
        expect(shares.flat().toSorted((a, b) => Number(a.id) - Number(b.id))).toEqual(window);
        const total = lengths.reduce((sum, length) => sum + length, 0);
        for (const size of sizesOf(shares))
          expect(size).toBeLessThanOrEqual(total / shares.length + Math.max(0, ...lengths));
      }),
    );
  });

  it('gives each thread a part once that is a batch, the short ones apart from the long', () => {
    const shares = dealWindow(inputsOf([900, 100, 1000, 1000, 1000, 1000, 500, 500]), 2);
    expect(sizesOf(shares)).toEqual([3000, 3000]);
    expect(shares[0]!.map(({ id }) => id)).toEqual(['1', '6', '7', '0', '2']);
  });

  it('stays whole where there is little to do', () => {
    expect(dealWindow(inputsOf([1000, 900, 1000]), 4)).toHaveLength(1);
    expect(dealWindow(inputsOf([0, 0]), 4)).toHaveLength(1);
  });

  it('bears what is no text, and counts both texts of a pair', () => {
    const odd = { id: '0', text: undefined as unknown as string };
    expect(dealWindow([odd], 2)).toEqual([[odd]]);
    const pairs = ['0', '1'].map((id) => ({ id, text: 'q', pair: 'd'.repeat(3000) }));
    expect(dealWindow(pairs, 2)).toEqual([[pairs[0]], [pairs[1]]]);
  });
});
