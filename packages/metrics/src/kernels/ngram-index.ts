import type { TokenBuffer } from './token-buffer.ts';

/** One slot of the hash table: generation, node of the n-gram without its last token, last token, node. */
const STRIDE = 4;

/**
 * Counts the n-grams of references, of every order at once, and matches a hypothesis against them with clipped counts.
 * An n-gram is a node found from the node of its first n−1 tokens, so a hypothesis stops looking at the first order
 * that no reference has. Tokens are numbered 1…distinct (see PairNumbering); unigrams are the nodes 1…distinct.
 */
export class NgramIndex {
  #slots: Int32Array = new Int32Array(STRIDE << 10);
  #mask: number = (1 << 10) - 1;
  #generation: number = 0;
  /** Largest count of a node in one reference; then what the hypothesis has left to match. */
  #counts: Int32Array = new Int32Array(1 << 10);
  #current: Int32Array = new Int32Array(1 << 10);
  #currentReference: Int32Array = new Int32Array(1 << 10);
  #nodes: number = 0;

  /**
   * Starts a new pair.
   * @param distinct largest token number
   * @param ngrams upper bound of the number of distinct n-grams of order 2 and above
   */
  begin(distinct: number, ngrams: number): void {
    const nodes = distinct + ngrams + 1;
    if (this.#counts.length < nodes) {
      this.#counts = new Int32Array(2 * nodes);
      this.#current = new Int32Array(2 * nodes);
      this.#currentReference = new Int32Array(2 * nodes);
    }
    if ((this.#mask + 1) >> 1 < ngrams) {
      let slots = this.#mask + 1;
      while (slots >> 1 < ngrams) slots *= 2;
      this.#slots = new Int32Array(STRIDE * slots);
      this.#mask = slots - 1;
      this.#generation = 0;
    }
    if (this.#generation === 0x7fffffff) {
      this.#slots.fill(0);
      this.#generation = 0;
    }
    this.#generation++;
    this.#counts.fill(0, 0, distinct + 1);
    this.#currentReference.fill(-1, 0, distinct + 1);
    this.#nodes = distinct;
  }

  /** Counts the n-grams of the only reference. */
  addOnlyReference(reference: TokenBuffer, maxOrder: number): void {
    const counts = this.#counts;
    const { ids, length } = reference;
    for (let i = 0; i < length; i++) {
      let node = ids[i]!;
      counts[node] = counts[node]! + 1;
      const end = Math.min(length, i + maxOrder);
      for (let k = i + 1; k < end; k++) {
        node = this.#findOrAdd(node, ids[k]!);
        counts[node] = counts[node]! + 1;
      }
    }
  }

  /** Counts the n-grams of one of several references; the largest count over the references stays. */
  addReference(reference: TokenBuffer, maxOrder: number, index: number): void {
    const { ids, length } = reference;
    for (let i = 0; i < length; i++) {
      let node = ids[i]!;
      this.#countOnce(node, index);
      const end = Math.min(length, i + maxOrder);
      for (let k = i + 1; k < end; k++) {
        node = this.#findOrAdd(node, ids[k]!);
        this.#countOnce(node, index);
      }
    }
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

  #findOrAdd(parent: number, token: number): number {
    const slots = this.#slots;
    const mask = this.#mask;
    const generation = this.#generation;
    let slot = hashOf(parent, token) & mask;
    for (;;) {
      const at = slot * STRIDE;
      if (slots[at] !== generation) {
        const node = ++this.#nodes;
        slots[at] = generation;
        slots[at + 1] = parent;
        slots[at + 2] = token;
        slots[at + 3] = node;
        this.#counts[node] = 0;
        this.#currentReference[node] = -1;
        return node;
      }
      if (slots[at + 1] === parent && slots[at + 2] === token) return slots[at + 3]!;
      slot = (slot + 1) & mask;
    }
  }

  /**
   * Adds to `matches[at + n − 1]` how many n-grams of the hypothesis the references have, each counted at most as often
   * as in the reference that has most of it. Uses up the counts: match one hypothesis for each `begin`.
   */
  match(hypothesis: TokenBuffer, maxOrder: number, matches: Float64Array, at: number): void {
    const counts = this.#counts;
    const slots = this.#slots;
    const mask = this.#mask;
    const generation = this.#generation;
    const { ids, length } = hypothesis;
    for (let i = 0; i < length; i++) {
      let node = ids[i]!;
      if (node === 0) continue;
      if (counts[node]! > 0) {
        counts[node] = counts[node]! - 1;
        matches[at] = matches[at]! + 1;
      }
      const end = Math.min(length, i + maxOrder);
      for (let k = i + 1; k < end; k++) {
        const token = ids[k]!;
        if (token === 0) break;
        let slot = hashOf(node, token) & mask;
        let child = 0;
        while (slots[slot * STRIDE] === generation) {
          if (slots[slot * STRIDE + 1] === node && slots[slot * STRIDE + 2] === token) {
            child = slots[slot * STRIDE + 3]!;
            break;
          }
          slot = (slot + 1) & mask;
        }
        if (child === 0) break;
        node = child;
        if (counts[node]! > 0) {
          counts[node] = counts[node]! - 1;
          matches[at + k - i] = matches[at + k - i]! + 1;
        }
      }
    }
  }
}

function hashOf(parent: number, token: number): number {
  const mixed = Math.imul(parent, 0x9e3779b1) ^ Math.imul(token, 0x85ebca77);
  return mixed ^ (mixed >>> 15);
}
