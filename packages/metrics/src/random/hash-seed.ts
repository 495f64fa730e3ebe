/**
 * A seed derived from its parts, such as run seed, sample digest and purpose: 53 bits, so that it is exact in JSON.
 * MurmurHash3's mixing in two lanes over UTF-16 code units; every part is tagged with its type and length,
 * so ('ab', 'c'), ('a', 'bc') and (1), ('1') all differ. Not cryptographic.
 * @returns whole number in [0, 2^53)
 * @see https://github.com/aappleby/smhasher/wiki/MurmurHash3
 */
export function hashSeed(...parts: (string | number)[]): number {
  let a = 0x9747b28c;
  let b = 0x3c6ef372;
  let words = 0;
  const absorb = (word: number) => {
    let k = Math.imul(word, 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    a ^= k;
    a = Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64;
    k = Math.imul(word, 0x239b961b);
    k = Math.imul((k << 16) | (k >>> 16), 0xab0e9789);
    b ^= k;
    b = Math.imul((b << 17) | (b >>> 15), 5) + 0x0bcaa747;
    words++;
  };
  for (const part of parts) {
    if (typeof part === 'string') {
      absorb(part.length);
      for (let i = 0; i < part.length; i++) absorb(part.charCodeAt(i));
    } else {
      absorb(0xffffffff);
      for (const word of new Uint32Array(new Float64Array([part + 0]).buffer)) absorb(word);
    }
  }
  a = finish(a ^ words);
  b = finish(b ^ words ^ a);
  a = finish(a ^ b);
  return (b >>> 11) * 2 ** 32 + (a >>> 0);
}

function finish(hash: number): number {
  let h = hash;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
