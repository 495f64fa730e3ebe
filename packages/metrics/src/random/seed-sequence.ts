const POOL_SIZE = 4;

/**
 * numpy's SeedSequence: spreads an integer over a pool of four words and draws seed words from it.
 * @param entropy at least 0
 * @param words how many 32-bit words
 * @see https://numpy.org/doc/stable/reference/random/bit_generators/generated/numpy.random.SeedSequence.html
 */
export function seedSequence(entropy: bigint, words: number): Uint32Array {
  const pool = mixEntropy(toWords(entropy));
  const state = new Uint32Array(words);
  let constant = 0x8b51f9dd;
  for (let i = 0; i < words; i++) {
    let word = pool[i % POOL_SIZE]! ^ constant;
    constant = Math.imul(constant, 0x58f38ded);
    word = Math.imul(word, constant);
    state[i] = word ^ (word >>> 16);
  }
  return state;
}

function toWords(entropy: bigint): number[] {
  const words: number[] = [];
  for (let rest = entropy; rest > 0n; rest >>= 32n) words.push(Number(rest & 0xffffffffn));
  return words;
}

function mixEntropy(entropy: readonly number[]): Uint32Array {
  let constant = 0x43b0d7e5;
  const hash = (value: number): number => {
    let word = value ^ constant;
    constant = Math.imul(constant, 0x931e8875);
    word = Math.imul(word, constant);
    return word ^ (word >>> 16);
  };
  const mix = (x: number, y: number): number => {
    const word = Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y);
    return word ^ (word >>> 16);
  };
  const pool = new Uint32Array(POOL_SIZE);
  for (let i = 0; i < POOL_SIZE; i++) pool[i] = hash(entropy[i] ?? 0);
  for (let from = 0; from < POOL_SIZE; from++) {
    for (let to = 0; to < POOL_SIZE; to++) if (from !== to) pool[to] = mix(pool[to]!, hash(pool[from]!));
  }
  for (const word of entropy.slice(POOL_SIZE)) {
    for (let to = 0; to < POOL_SIZE; to++) pool[to] = mix(pool[to]!, hash(word));
  }
  return pool;
}
