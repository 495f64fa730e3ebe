/** Tokens that are told apart together. */
const BLOCK = 8;
/** Shorter beginnings are hardly worth sharing. */
const SHORTEST = 16;
/** Blocks remembered: 32 million tokens that no two prompts share. */
const MOST_BLOCKS = 2 ** 22;

/**
 * Counts how much of prompts lies in beginnings that earlier ones had too, in blocks of 8 tokens. Knows a beginning by a hash,
 * and so as many as there are different blocks.
 */
export class SharedTokens {
  readonly #known = new Set<number>();
  total = 0;

  /** Takes the tokens of a prompt, of which the last is always read. */
  add(tokens: readonly number[]): void {
    let shared = 0;
    let [low, high] = [0x811c9dc5, 0x9e3779b1];
    for (let start = 0; start + BLOCK < tokens.length; start += BLOCK) {
      for (let at = start; at < start + BLOCK; at++) {
        low = Math.imul(low ^ tokens[at]!, 0x01000193);
        high = Math.imul(high ^ tokens[at]!, 0x85ebca6b) ^ (high >>> 13);
      }
      const block = (high >>> 0) * 2 ** 21 + (low >>> 11);
      if (this.#known.has(block)) shared = start + BLOCK;
      else if (this.#known.size < MOST_BLOCKS) this.#known.add(block);
    }
    if (shared >= SHORTEST) this.total += shared;
  }
}
