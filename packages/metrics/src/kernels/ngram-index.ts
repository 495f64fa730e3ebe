import type { TokenBuffer } from './token-buffer.ts';

/** Largest key that fits the 32-bit table. */
const LARGEST_KEY = 0x7fffffff;

/**
 * Counts the n-grams of references, of every order at once, and matches a hypothesis against them with clipped counts.
 * An n-gram is a node found from the node of its first n−1 tokens, so a hypothesis stops looking at the first order
 * that no reference has. Tokens are numbered 1…distinct (see PairNumbering); unigrams are the nodes 1…distinct, and a
 * longer n-gram is the slot of the hash table that holds it, after those.
 */
export class NgramIndex {
  /** Node of the n-gram without its last token, times `#width`, plus that token; 0 in an empty slot. */
  #keys: Int32Array | Float64Array = new Int32Array(1 << 10);
  /** Slots in use for this pair, less one: a power of two, less one. */
  #mask: number = 0;
  #width: number = 1;
  /** By node: the largest count in one reference; then what the hypothesis has left to match. */
  #counts: Int32Array = new Int32Array(1 << 11);
  /** By node, with several references: its count in the current one, and which that is. */
  #current: Int32Array = new Int32Array(0);
  #currentReference: Int32Array = new Int32Array(0);

  /**
   * Starts a new pair.
   * @param distinct largest token number
   * @param ngrams upper bound of the number of distinct n-grams of order 2 and above
   */
  begin(distinct: number, ngrams: number): void {
    let slots = 64;
    while (slots < 2 * ngrams) slots *= 2;
    const nodes = distinct + 1 + slots;
    const wide = nodes * (distinct + 1) > LARGEST_KEY;
    if (this.#keys.length < slots || wide !== this.#keys instanceof Float64Array) {
      this.#keys = wide ? new Float64Array(slots) : new Int32Array(slots);
    } else {
      this.#keys.fill(0, 0, slots);
    }
    if (this.#counts.length < nodes) this.#counts = new Int32Array(2 * nodes);
    this.#counts.fill(0, 0, distinct + 1);
    this.#mask = slots - 1;
    this.#width = distinct + 1;
  }

  /** Counts the n-grams of the only reference. */
  addOnlyReference(reference: TokenBuffer, maxOrder: number): void {
    const counts = this.#counts;
    const keys = this.#keys;
    const mask = this.#mask;
    const width = this.#width;
    const { ids, length } = reference;
    for (let i = 0; i < length; i++) {
      let node = ids[i]!;
      counts[node] = counts[node]! + 1;
      const end = Math.min(i + maxOrder, length);
      for (let k = i + 1; k < end; k++) {
        const key = node * width + ids[k]!;
        let slot = hashOf(key) & mask;
        while (keys[slot] !== key && keys[slot] !== 0) slot = (slot + 1) & mask;
        node = width + slot;
        if (keys[slot] === 0) {
          keys[slot] = key;
          counts[node] = 1;
        } else {
          counts[node] = counts[node]! + 1;
        }
      }
    }
  }

  /** Counts the n-grams of one of several references, numbered from 0 in order; the largest count over the references stays. */
  addReference(reference: TokenBuffer, maxOrder: number, index: number): void {
    if (index === 0) this.#clearCurrent();
    const keys = this.#keys;
    const mask = this.#mask;
    const width = this.#width;
    const { ids, length } = reference;
    for (let i = 0; i < length; i++) {
      let node = ids[i]!;
      this.#countOnce(node, index);
      const end = Math.min(length, i + maxOrder);
      for (let k = i + 1; k < end; k++) {
        const key = node * width + ids[k]!;
        let slot = hashOf(key) & mask;
        while (keys[slot] !== key && keys[slot] !== 0) slot = (slot + 1) & mask;
        node = width + slot;
        if (keys[slot] === 0) {
          keys[slot] = key;
          this.#counts[node] = 0;
        }
        this.#countOnce(node, index);
      }
    }
  }

  #clearCurrent(): void {
    const nodes = this.#width + this.#mask + 1;
    if (this.#current.length < nodes) {
      this.#current = new Int32Array(this.#counts.length);
      this.#currentReference = new Int32Array(this.#counts.length);
    }
    this.#currentReference.fill(-1, 0, nodes);
  }

  #countOnce(node: number, index: number): void {
    if (this.#currentReference[node] !== index) {
      this.#currentReference[node] = index;
      this.#current[node] = 0;
    }
    const count = this.#current[node]! + 1;
    this.#current[node] = count;
    if (count > this.#counts[node]!) this.#counts[node] = count;
  }

  /**
   * Adds to `matches[at + n − 1]` how many n-grams of the hypothesis the references have, each counted at most as often
   * as in the reference that has most of it. Uses up the counts: match one hypothesis for each `begin`.
   */
  match(hypothesis: TokenBuffer, maxOrder: number, matches: Float64Array, at: number): void {
    const counts = this.#counts;
    const keys = this.#keys;
    const mask = this.#mask;
    const width = this.#width;
    const { ids, length } = hypothesis;
    for (let i = 0; i < length; i++) {
      let node = ids[i]!;
      if (node === 0) continue;
      if (counts[node]! > 0) {
        counts[node] = counts[node]! - 1;
        matches[at] = matches[at]! + 1;
      }
      const end = Math.min(i + maxOrder, length);
      for (let k = i + 1; k < end; k++) {
        const token = ids[k]!;
        if (token === 0) break;
        const key = node * width + token;
        let slot = hashOf(key) & mask;
        while (keys[slot] !== key && keys[slot] !== 0) slot = (slot + 1) & mask;
        if (keys[slot] === 0) break;
        node = width + slot;
        if (counts[node]! > 0) {
          counts[node] = counts[node]! - 1;
          matches[at + k - i] = matches[at + k - i]! + 1;
        }
      }
    }
  }
}

function hashOf(key: number): number {
  const mixed = Math.imul(key, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
