import type { TokenBuffer } from './token-buffer.ts';

/**
 * Marks the positions of `a` that are on rouge_score's longest common subsequence with `b` (there may be several
 * longest ones; its backtracking goes from the end, takes a match at once, and otherwise steps back in `a` unless only
 * `b` keeps the length). `|a|·|b|/32` steps and as many bits of memory.
 * @param marks one flag for each position of `a`, set to 1 where marked, else left as is
 */
export function markLcs(a: TokenBuffer, b: TokenBuffer, distinct: number, marks: Uint8Array): void {
  const words = (a.length + 31) >>> 5;
  const masks = new Int32Array(words * (distinct + 1));
  for (let i = 0; i < a.length; i++) {
    const at = a.ids[i]! * words + (i >>> 5);
    masks[at] = masks[at]! | (1 << (i & 31));
  }
  const columns = new Int32Array(words * (b.length + 1)).fill(-1, 0, words);
  for (let j = 0; j < b.length; j++) {
    const base = b.ids[j]! * words;
    let carry = 0;
    for (let w = 0; w < words; w++) {
      const bits = columns[j * words + w]!;
      const hits = bits & masks[base + w]!;
      const sum = (bits + hits + carry) | 0;
      carry = (hits | (bits & ~sum)) >>> 31;
      columns[(j + 1) * words + w] = sum | (bits & ~hits);
    }
  }
  let i = a.length - 1;
  let j = b.length - 1;
  while (i >= 0 && j >= 0) {
    if (a.ids[i] === b.ids[j]) {
      marks[i] = 1;
      i--;
      j--;
    } else if ((columns[(j + 1) * words + (i >>> 5)]! >>> (i & 31)) & 1) {
      // A one bit: the length does not grow at this row, so it is kept without it.
      i--;
    } else {
      j--;
    }
  }
}
