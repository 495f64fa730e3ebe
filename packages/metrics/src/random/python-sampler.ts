import { checkChoice } from './bounded-integer.ts';
import { mt19937ByKey } from './mt19937.ts';

/** Draws of one `random.Random`, one after the other. */
export interface PythonSampler {
  /** Positions that `random.sample(range(n), size)` takes, in its order. @throws RangeError when size exceeds n */
  sample(n: number, size: number): number[];
  /** `_randbelow(n)`, which `choice`, `shuffle` and `randint` draw with. @param n whole, in [1, 2^32) */
  below(n: number): number;
}

/**
 * CPython's `random.Random(seed)`, as far as `sample`, `choice`, `shuffle` and `randint` go.
 * @param seed whole, in [0, 2^32)
 * @see https://github.com/python/cpython/blob/3.13/Lib/random.py
 */
export function pythonSampler(seed: number): PythonSampler {
  const nextUint32 = mt19937ByKey([seed]);
  const below = (n: number): number => {
    const shift = Math.clz32(n);
    for (;;) {
      const value = nextUint32() >>> shift;
      if (value < n) return value;
    }
  };
  return {
    below,
    sample: (n, size) => {
      checkChoice(n, size, false);
      // CPython remembers what it took where that is smaller than a list of everything.
      const tableSize = 21 + (size > 5 ? 4 ** Math.ceil(Math.log(size * 3) / Math.log(4)) : 0);
      return n <= tableSize ? fromPool(n, size, below) : byRejection(n, size, below);
    },
  };
}

function fromPool(n: number, size: number, below: (n: number) => number): number[] {
  const pool = Array.from({ length: n }, (_, i) => i);
  return Array.from({ length: size }, (_, taken) => {
    const at = below(n - taken);
    const chosen = pool[at]!;
    pool[at] = pool[n - taken - 1]!;
    return chosen;
  });
}

function byRejection(n: number, size: number, below: (n: number) => number): number[] {
  const chosen = new Set<number>();
  while (chosen.size < size) chosen.add(below(n));
  return [...chosen];
}
