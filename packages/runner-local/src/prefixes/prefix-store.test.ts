import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonPrefixLength } from './common-prefix-length.ts';
import { PrefixStore } from './prefix-store.ts';

const SIZE = { bytesPerToken: 1, stateBytes: 0 };
const run = (token: number, length: number): Int32Array => new Int32Array(length).fill(token);

function storeOf(limitBytes: number, ...all: readonly Int32Array[]): PrefixStore {
  const store = new PrefixStore(limitBytes, SIZE);
  all.forEach((tokens, id) => {
    hold(store, id, tokens);
  });
  return store;
}

function hold(store: PrefixStore, id: number, tokens: Int32Array): number[] | undefined {
  const gone = store.reserve(id, tokens, store.find(tokens, tokens.length - 1));
  if (gone !== undefined) store.fill(id, []);
  return gone;
}

describe('what is held', () => {
  it('is found as far as a sequence begins with it', () => {
    const store = storeOf(100, run(1, 20), Int32Array.of(...run(1, 20), 2, 2, 2));
    expect(store.find(Int32Array.of(...run(1, 20), 2, 2, 3), 22)).toEqual({ id: 1, length: 22 });
    expect(store.find(Int32Array.of(...run(1, 20), 2, 2, 3), 21)).toEqual({ id: 1, length: 21 });
    expect(store.find(Int32Array.of(...run(1, 20), 9), 20)).toEqual({ id: 0, length: 20 });
    expect(store.find(Int32Array.of(1, 1, 5), 3)).toEqual({ id: 0, length: 2 });
    expect(store.find(run(7, 9), 9)).toBeUndefined();
    expect(store.chain(1)).toMatchObject([
      { id: 0, start: 0, end: 20 },
      { id: 1, start: 20, end: 23, parent: { id: 0, length: 20 } },
    ]);
  });

  it('is found only whole where states stand for all tokens at once', () => {
    const store = new PrefixStore(100, { bytesPerToken: 1, stateBytes: 10 });
    hold(store, 0, run(1, 20));
    expect(store.find(run(1, 30), 29)).toEqual({ id: 0, length: 20 });
    expect(store.find(run(1, 30), 19)).toBeUndefined();
    expect(store.bytes).toBe(30);
  });

  it('goes when it was not used for longest, unless it is in use or others build on it', () => {
    const store = storeOf(60, run(1, 20), run(2, 20), Int32Array.of(...run(1, 20), ...run(3, 20)));
    store.acquire({ id: 1, length: 20 });
    // The oldest has a follower, and the next is in use: the follower goes.
    expect(hold(store, 3, run(4, 20))).toEqual([2]);
    store.release({ id: 1, length: 20 });
    expect(hold(store, 4, run(5, 20))).toEqual([0]);
    expect(hold(store, 5, run(6, 40))).toEqual([1, 3]);
    expect(store.bytes).toBe(60);
    expect(hold(store, 6, run(7, 61))).toBeUndefined();
  });

  it('stays within its limit, and holds what it says, whatever comes and goes', () => {
    const tokens = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(fc.array(tokens, { maxLength: 40 }), fc.integer({ min: 1, max: 80 }), (all, limit) => {
        const store = new PrefixStore(limit, SIZE);
        const held = new Map<number, Int32Array>();
        all.forEach((each, id) => {
          const sequence = Int32Array.from(each);
          const use = store.find(sequence, sequence.length - 1);
          if (use !== undefined) {
            expect(commonPrefixLength(held.get(use.id)!, sequence)).toBeGreaterThanOrEqual(use.length);
            // What it builds on is there too, and no position is missing.
            const chain = store.chain(use.id);
            expect(chain[0]!.start).toBe(0);
            chain.slice(1).forEach((link, at) => {
              expect(link.parent!.id).toBe(chain[at]!.id);
              expect(link.start).toBeLessThanOrEqual(chain[at]!.end);
            });
          }
          const gone = hold(store, id, sequence);
          for (const other of gone ?? []) held.delete(other);
          if (gone !== undefined) held.set(id, sequence);
          expect(store.bytes).toBeLessThanOrEqual(limit);
        });
      }),
    );
  });
});
