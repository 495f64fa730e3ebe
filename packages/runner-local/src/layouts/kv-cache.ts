import { bytesOfElement, type CacheArray, type CacheElement, cacheArray } from './cache-array.ts';
import { type StateShape, StateSlots } from './state-slots.ts';

/** What a cache column holds of one layer: a key and a value of `heads` × `headSize` elements. */
export interface LayerShape {
  readonly heads: number;
  readonly headSize: number;
}

/** What a cache column holds: `layers` × (key, value) × `heads` × `headSize` elements. */
export interface CacheShape extends LayerShape {
  readonly layers: number;
  /** Where layers differ: the shape of each. */
  readonly each?: readonly LayerShape[];
  /** Whether keys lie as [slots, heads, headSize, columns], as products of whole numbers read them. @default false */
  readonly keysTurned?: boolean;
}

/** Columns are added in steps of this many, so that a growing sequence restrides the cache rarely. */
const COLUMN_STEP = 32;
/**
 * Large buffers are made this much larger than asked for, all in one block: beyond 32 MiB a block has pages of its own,
 * which take no memory until something is written there, and which the system gets back with the block.
 */
const SPARE = 4;
const LARGE_BYTES = 8 * 2 ** 20;

/**
 * Keys and values in buffers that we own: for each layer a key and a value array of [slots, heads, columns, headSize],
 * so that the first n slots are a prefix of each buffer and can be fed without a copy.
 */
export class KvCache {
  readonly shape: CacheShape;
  readonly element: CacheElement;
  /** Index 2·layer is the key buffer, 2·layer + 1 the value buffer; each may be longer than its rows. */
  readonly buffers: CacheArray[];
  /** What is made of the present buffers and layout, by name; gone when either changes. */
  readonly views = new Map<string, unknown>();
  slots = 0;
  columns = 0;
  readonly states: StateSlots;
  /** Columns, over all rows, that each buffer has room for. */
  #capacity = 0;
  /** How many of them were in use since the buffers were made, and so take memory. */
  #touched = 0;

  constructor(shape: CacheShape, element: CacheElement, states: readonly StateShape[] = []) {
    this.shape = shape;
    this.element = element;
    this.buffers = Array.from({ length: 2 * shape.layers }, () => cacheArray(element, 0));
    this.states = new StateSlots(states);
  }

  /**
   * Whether a slot also keeps states, which stand for all of its tokens at once: a sequence can then be continued only
   * from where the slot ends.
   */
  get hasStates(): boolean {
    return this.states.shapes.length > 0;
  }

  /** Heads and their size in one buffer; turned keys count as that many heads of one number each. */
  layerShape(buffer: number): LayerShape {
    const shape = this.shape.each?.[buffer >> 1] ?? this.shape;
    if (!this.shape.keysTurned || buffer % 2 === 1) return shape;
    return { heads: shape.heads * shape.headSize, headSize: 1 };
  }

  #elements(buffer: number): number {
    const { heads, headSize } = this.layerShape(buffer);
    return heads * headSize;
  }

  get bytesPerToken(): number {
    const elements = this.buffers.reduce((total, _, buffer) => total + this.#elements(buffer), 0);
    return elements * bytesOfElement(this.element);
  }

  /** What a slot's states take, as a number of tokens. */
  get slotTokens(): number {
    return this.states.bytesPerSlot / this.bytesPerToken;
  }

  /** Bytes that sequences of so many columns take. */
  bytesOf(slots: number, columns: number): number {
    return slots * (columns * this.bytesPerToken + this.states.bytesPerSlot);
  }

  /** Bytes of its slots. */
  get bytes(): number {
    return this.bytesOf(this.slots, this.columns);
  }

  /** Drops all that is kept, buffers too. */
  clear(): void {
    if (this.slots === 0) return;
    for (let i = 0; i < this.buffers.length; i++) this.buffers[i] = cacheArray(this.element, 0);
    this.states.reserve(0);
    this.slots = 0;
    this.columns = 0;
    this.#capacity = 0;
    this.#touched = 0;
    this.views.clear();
  }

  /**
   * Makes room for `slots` rows of `columns` tokens and keeps what fits. Does nothing while the present layout is large
   * enough and not more than twice as wide. Rows are laid out again within their buffers where those are long enough and
   * do not hold far more memory than is needed now; else the buffers are replaced.
   */
  reserve(slots: number, columns: number): void {
    const enough = slots <= this.slots && columns <= this.columns;
    if (enough && columns * 2 >= this.columns - COLUMN_STEP) return;
    const newColumns = Math.ceil(Math.max(columns, 1) / COLUMN_STEP) * COLUMN_STEP;
    const needed = slots * newColumns;
    const inPlace = needed <= this.#capacity && needed * 2 >= this.#touched;
    const old = [...this.buffers];
    if (!inPlace) this.#makeBuffers(needed);
    for (const [i, buffer] of this.buffers.entries()) {
      const { heads, headSize } = this.layerShape(i);
      const rows = Math.min(this.slots, slots) * heads;
      const kept = Math.min(this.columns, newColumns) * headSize;
      const [from, to] = [this.columns * headSize, newColumns * headSize];
      if (inPlace) restride(buffer, rows, from, to, kept);
      else copyRows(old[i]!, buffer, rows, from, to, kept);
    }
    this.#touched = inPlace ? Math.max(this.#touched, needed) : needed;
    this.states.reserve(slots);
    this.slots = slots;
    this.columns = newColumns;
    this.views.clear();
  }

  /** Zeroed buffers with room for so many columns each. */
  #makeBuffers(columns: number): void {
    const isLarge = columns * this.bytesPerToken >= LARGE_BYTES;
    this.#capacity = isLarge ? columns * SPARE : columns;
    const sizes = this.buffers.map((_, buffer) => this.#elements(buffer) * this.#capacity);
    const block = cacheArray(
      this.element,
      sizes.reduce((total, size) => total + size, 0),
    );
    let start = 0;
    for (const [i, size] of sizes.entries()) {
      this.buffers[i] = block.subarray(start, start + size);
      start += size;
    }
  }

  /** Copies the first `length` columns of a slot to another slot. */
  copySlot(from: number, to: number, length: number): void {
    if (from === to || length === 0) return;
    this.states.copySlot(from, to);
    for (const [i, buffer] of this.buffers.entries()) {
      const { heads, headSize } = this.layerShape(i);
      const stride = this.columns * headSize;
      for (let head = 0; head < heads; head++) {
        const start = (from * heads + head) * stride;
        buffer.copyWithin((to * heads + head) * stride, start, start + length * headSize);
      }
    }
  }

  /** Copies columns of a slot of one buffer into `target`, laid out [heads, targetColumns, headSize] at `offset`. */
  gather(
    buffer: number,
    slot: number,
    length: number,
    target: CacheArray,
    offset: number,
    targetColumns: number,
    first = 0,
  ): void {
    const { heads, headSize } = this.layerShape(buffer);
    const source = this.buffers[buffer]!;
    for (let head = 0; head < heads; head++) {
      const start = ((slot * heads + head) * this.columns + first) * headSize;
      target.set(source.subarray(start, start + length * headSize), offset + head * targetColumns * headSize);
    }
  }

  /** A compact copy of `length` columns of a slot from `first` on: per buffer [heads, length, headSize]; then its states. */
  snapshot(slot: number, length: number, first = 0): CacheArray[] {
    const columns = this.buffers.map((_, buffer) => {
      const { heads, headSize } = this.layerShape(buffer);
      const copy = cacheArray(this.element, heads * length * headSize);
      this.gather(buffer, slot, length, copy, 0, length, first);
      return copy;
    });
    return [...columns, ...this.states.snapshot(slot)];
  }

  /**
   * Writes the first `length` columns of a snapshot of `snapshotLength` columns to a slot, from column `column` on; with
   * states all of them.
   */
  restore(snapshot: readonly CacheArray[], snapshotLength: number, slot: number, length: number, column = 0): void {
    this.states.restore(snapshot.slice(this.buffers.length), slot);
    this.buffers.forEach((buffer, i) => {
      const { heads, headSize } = this.layerShape(i);
      for (let head = 0; head < heads; head++) {
        const start = head * snapshotLength * headSize;
        const columns = snapshot[i]!.subarray(start, start + length * headSize);
        buffer.set(columns, ((slot * heads + head) * this.columns + column) * headSize);
      }
    });
  }

  /**
   * Writes `count` columns from `first` on of one row of `source` ([rows, heads, sourceColumns, headSize]) to a slot of
   * one buffer, from column `column` on.
   */
  scatter(
    buffer: number,
    slot: number,
    column: number,
    source: CacheArray,
    row: number,
    sourceColumns: number,
    first: number,
    count: number,
  ): void {
    const { heads, headSize } = this.layerShape(buffer);
    for (let head = 0; head < heads; head++) {
      const start = ((row * heads + head) * sourceColumns + first) * headSize;
      const target = ((slot * heads + head) * this.columns + column) * headSize;
      this.buffers[buffer]!.set(source.subarray(start, start + count * headSize), target);
    }
  }

  /** Writes one token's keys and values, laid out [layers, 2, heads, headSize] at `offset` of `source`. */
  writeToken(slot: number, column: number, source: CacheArray, offset: number): void {
    let from = offset;
    for (let index = 0; index < this.buffers.length; index++) {
      const buffer = this.buffers[index]!;
      const { heads, headSize } = this.layerShape(index);
      const stride = this.columns * headSize;
      let to = slot * heads * stride + column * headSize;
      for (let head = 0; head < heads; head++, to += stride) {
        for (let i = 0; i < headSize; i++) buffer[to + i] = source[from++]!;
      }
    }
  }
}

/** Moves rows of `kept` elements from one stride to another, those first that make room for their neighbours. */
function restride(buffer: CacheArray, rows: number, from: number, to: number, kept: number): void {
  if (from === to) return;
  for (let i = 0; i < rows; i++) {
    const row = to > from ? rows - 1 - i : i;
    buffer.copyWithin(row * to, row * from, row * from + kept);
  }
}

function copyRows(old: CacheArray, target: CacheArray, rows: number, from: number, to: number, kept: number): void {
  for (let row = 0; row < rows; row++) target.set(old.subarray(row * from, row * from + kept), row * to);
}
