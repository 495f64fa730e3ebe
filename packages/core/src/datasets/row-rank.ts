import { hash } from 'node:crypto';

/**
 * A 53-bit rank of each row, hashed from a name and the row's position alone: a row's rank does not depend on the other
 * rows. Two rounds of murmur3's finaliser: 10 million rows take well under a second.
 */
export function rowRanker(name: string): (row: number) => number {
  const digest = hash('sha256', name, 'hex');
  const a = Number.parseInt(digest.slice(0, 8), 16) | 0;
  const b = Number.parseInt(digest.slice(8, 16), 16) | 0;
  return (row) => {
    const low = mix((row ^ a) | 0);
    const high = mix((low + b + Math.imul(Math.floor(row / 0x1_0000_0000), 0x9e3779b1)) | 0);
    return (high >>> 0) * 0x20_0000 + (mix((low ^ b) | 0) >>> 11);
  };
}

function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return (h ^ (h >>> 16)) | 0;
}
