const N = 624;
const M = 397;

/**
 * Mersenne Twister seeded as numpy's legacy `RandomState(seed)`.
 * @param seed whole, in [0, 2^32)
 * @returns the stream of 32-bit words
 * @see http://www.math.sci.hiroshima-u.ac.jp/m-mat/MT/ARTICLES/mt.pdf
 */
export function mt19937(seed: number): () => number {
  return wordsOf(stateOf(seed));
}

/** The same seeded by a list of words, as Python's `random.Random` seeds it. */
export function mt19937ByKey(key: readonly number[]): () => number {
  const state = stateOf(19650218);
  let i = 1;
  const next = (value: number): void => {
    state[i] = value;
    i += 1;
    if (i < N) return;
    state[0] = state[N - 1]!;
    i = 1;
  };
  const mixed = (factor: number): number => state[i]! ^ Math.imul(state[i - 1]! ^ (state[i - 1]! >>> 30), factor);
  for (let step = 0; step < Math.max(N, key.length); step++) {
    const j = step % key.length;
    next(mixed(1664525) + key[j]! + j);
  }
  for (let step = 1; step < N; step++) next(mixed(1566083941) - i);
  state[0] = 0x80000000;
  return wordsOf(state);
}

function stateOf(seed: number): Uint32Array {
  const state = new Uint32Array(N);
  state[0] = seed;
  for (let i = 1; i < N; i++) {
    const previous = state[i - 1]! ^ (state[i - 1]! >>> 30);
    state[i] = Math.imul(previous, 1812433253) + i;
  }
  return state;
}

function wordsOf(state: Uint32Array): () => number {
  let position = N;
  return () => {
    if (position === N) {
      refill(state);
      position = 0;
    }
    let y = state[position++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
}

function refill(state: Uint32Array): void {
  for (let i = 0; i < N; i++) {
    const y = (state[i]! & 0x80000000) | (state[(i + 1) % N]! & 0x7fffffff);
    state[i] = state[(i + M) % N]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
  }
}
