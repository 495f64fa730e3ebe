const FIRST_HASH = 0x811c9dc5 | 0;
const HASH_STEP = 0x01000193;
/** ASCII tokens up to this long fit, at seven bits a character, into the two integers that scanners hand over. */
const PACKED_LENGTH = 9;
/** One slot of the packed table: high bits, low bits, id, unused. */
const STRIDE = 4;
/** Above this many distinct tokens, or code units in them, the vocabulary is emptied between two texts. */
const MAX_TOKENS = 1 << 17;
const MAX_UNITS = 1 << 21;

/**
 * Interns tokens as small integers, from 1, without making a substring: a scanner writes the code units of the next
 * token behind `tail` of the arena, and `commit` finds or keeps them. Short ASCII tokens, most of them, are found by two
 * packed integers, with no look at the arena. The vocabulary lives on between pairs (so stems are cached per token), and
 * is emptied when it has grown too large.
 */
export class Vocabulary {
  arena: Uint16Array = new Uint16Array(1 << 12);
  /** First free code unit of the arena: where the token being scanned begins. */
  tail: number = 0;
  /** Number of tokens held; ids are 1…size. */
  size: number = 0;
  /** Raised whenever ids lose their meaning. */
  epoch: number = 0;
  #starts: Int32Array = new Int32Array(1 << 10);
  #hashes: Int32Array = new Int32Array(1 << 10);
  #slots: Int32Array = new Int32Array(1 << 11);
  #packed: Int32Array = new Int32Array(STRIDE << 11);
  #packedCount: number = 0;

  /** Makes room for `units` more code units. Call before scanning a text, with an upper bound of what it can write. */
  reserve(units: number): void {
    if (this.tail + units <= this.arena.length) return;
    const larger = new Uint16Array(Math.max(2 * this.arena.length, this.tail + units));
    larger.set(this.arena.subarray(0, this.tail));
    this.arena = larger;
  }

  /** Empties the vocabulary if it has grown too large. Call only when no id is in use. */
  trim(): void {
    if (this.size < MAX_TOKENS && this.tail < MAX_UNITS) return;
    this.#slots.fill(0);
    this.#packed.fill(0);
    this.#packedCount = 0;
    this.size = 0;
    this.tail = 0;
    this.epoch++;
  }

  /**
   * Id of the token whose code units are `arena[tail…end)`.
   * @param high,low the code units packed: for each, `high = (high << 7) | (low >>> 25); low = (low << 7) | unit`
   * @param wide at least 128, or negative, if any unit is not in 1…127: the OR of `unit | (unit - 1)` over the units
   */
  commit(end: number, high: number, low: number, wide: number): number {
    if (end - this.tail > PACKED_LENGTH || wide >>> 7 !== 0) return this.#commitUnits(end);
    const packed = this.#packed;
    const mask = packed.length - STRIDE;
    let at = packedSlot(high, low) & mask;
    for (;;) {
      if (packed[at + 1] === low && packed[at] === high) return packed[at + 2]!;
      if (packed[at + 2] === 0) break;
      at = (at + STRIDE) & mask;
    }
    const id = this.#commitUnits(end);
    packed[at] = high;
    packed[at + 1] = low;
    packed[at + 2] = id;
    // Fuller than other tables: what counts is that it stays in the processor's cache.
    if (++this.#packedCount * 8 * STRIDE > packed.length * 5) this.#growPacked();
    return id;
  }

  #commitUnits(end: number): number {
    const { arena, tail } = this;
    let hash = FIRST_HASH;
    for (let i = tail; i < end; i++) hash = Math.imul(hash ^ arena[i]!, HASH_STEP);
    const slots = this.#slots;
    const hashes = this.#hashes;
    const starts = this.#starts;
    const mask = slots.length - 1;
    const length = end - tail;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (let id = slots[slot]!; id !== 0; id = slots[slot]!) {
      if (hashes[id] === hash) {
        const start = starts[id]!;
        if (starts[id + 1]! - start === length) {
          let k = 0;
          while (k < length && arena[start + k] === arena[tail + k]) k++;
          if (k === length) return id;
        }
      }
      slot = (slot + 1) & mask;
    }
    return this.#add(slot, end, hash);
  }

  #add(slot: number, end: number, hash: number): number {
    const id = ++this.size;
    this.#slots[slot] = id;
    this.#hashes[id] = hash;
    this.#starts[id] = this.tail;
    this.#starts[id + 1] = end;
    this.tail = end;
    if (id + 2 >= this.#starts.length) this.#grow();
    return id;
  }

  #grow(): void {
    const capacity = 2 * this.#starts.length;
    const starts = new Int32Array(capacity);
    const hashes = new Int32Array(capacity);
    starts.set(this.#starts);
    hashes.set(this.#hashes);
    const slots = new Int32Array(2 * capacity);
    const mask = slots.length - 1;
    for (let id = 1; id <= this.size; id++) {
      const hash = hashes[id]!;
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id;
    }
    this.#starts = starts;
    this.#hashes = hashes;
    this.#slots = slots;
  }

  #growPacked(): void {
    const old = this.#packed;
    const packed = new Int32Array(2 * old.length);
    const mask = packed.length - STRIDE;
    for (let from = 0; from < old.length; from += STRIDE) {
      if (old[from + 2] === 0) continue;
      let at = packedSlot(old[from]!, old[from + 1]!) & mask;
      while (packed[at + 2] !== 0) at = (at + STRIDE) & mask;
      packed.set(old.subarray(from, from + STRIDE), at);
    }
    this.#packed = packed;
  }

  /** Id of a token given as a string. */
  intern(token: string): number {
    this.reserve(token.length);
    for (let i = 0; i < token.length; i++) this.arena[this.tail + i] = token.charCodeAt(i);
    return this.#commitUnits(this.tail + token.length);
  }

  /** The token of an id, as a string. */
  token(id: number): string {
    return String.fromCharCode(...this.arena.subarray(this.#starts[id]!, this.#starts[id + 1]!));
  }

  /** Number of code units in the token of an id. */
  tokenLength(id: number): number {
    return this.#starts[id + 1]! - this.#starts[id]!;
  }
}

function packedSlot(high: number, low: number): number {
  const mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca77);
  return (mixed ^ (mixed >>> 15)) << 2;
}
