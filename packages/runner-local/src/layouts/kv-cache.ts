/** What a cache column holds: `layers` × (key, value) × `heads` × `headSize` elements. */
export interface CacheShape {
  readonly layers: number;
  readonly heads: number;
  readonly headSize: number;
}

/** Elements of a cache: fp32, or the bits of fp16. */
export type CacheArray = Float32Array | Uint16Array;
export type CacheElement = 'float32' | 'float16';

/** A zeroed array of cache elements. */
export function cacheArray(element: CacheElement, length: number): CacheArray {
  return element === 'float32' ? new Float32Array(length) : new Uint16Array(length);
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
  /** Elements of one buffer that were in use since it was made, and so take memory. */
  #touched = 0;

  constructor(shape: CacheShape, element: CacheElement) {
    this.shape = shape;
    this.element = element;
    this.buffers = Array.from({ length: 2 * shape.layers }, () => cacheArray(element, 0));
  }

  get bytesPerToken(): number {
    const { layers, heads, headSize } = this.shape;
    return 2 * layers * heads * headSize * (this.element === 'float32' ? 4 : 2);
  }

  /** Bytes of its slots. */
  get bytes(): number {
    return this.slots * this.columns * this.bytesPerToken;
  }

  /** Drops all that is kept, buffers too. */
  clear(): void {
    if (this.slots === 0) return;
    for (let i = 0; i < this.buffers.length; i++) this.buffers[i] = cacheArray(this.element, 0);
    this.slots = 0;
    this.columns = 0;
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
    const { heads, headSize } = this.shape;
    const needed = slots * heads * newColumns * headSize;
    const rows = Math.min(this.slots, slots) * heads;
    const kept = Math.min(this.columns, newColumns) * headSize;
    const [from, to] = [this.columns * headSize, newColumns * headSize];
    const inPlace = needed <= this.buffers[0]!.length && needed * 2 >= this.#touched;
    if (inPlace) for (const buffer of this.buffers) restride(buffer, rows, from, to, kept);
    else {
      const old = this.buffers.splice(0, this.buffers.length, ...this.#block(needed));
      for (const [i, buffer] of this.buffers.entries()) copyRows(old[i]!, buffer, rows, from, to, kept);
    }
    this.#touched = inPlace ? Math.max(this.#touched, needed) : needed;
    this.slots = slots;
    this.columns = newColumns;
    this.views.clear();
  }

  /** Zeroed buffers of at least `length` elements each. */
  #block(length: number): CacheArray[] {
    const count = this.buffers.length;
    const isLarge = length * count * (this.element === 'float32' ? 4 : 2) >= LARGE_BYTES;
    const each = isLarge ? length * SPARE : length;
    const block = cacheArray(this.element, each * count);
    return Array.from({ length: count }, (_, i) => block.subarray(i * each, (i + 1) * each));
  }

  /** Copies the first `length` columns of a slot to another slot. */
  copySlot(from: number, to: number, length: number): void {
    if (from === to || length === 0) return;
    const { heads, headSize } = this.shape;
    const stride = this.columns * headSize;
    for (const buffer of this.buffers) {
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
  ): void {
    const { heads, headSize } = this.shape;
    const source = this.buffers[buffer]!;
    for (let head = 0; head < heads; head++) {
      const start = (slot * heads + head) * this.columns * headSize;
      target.set(source.subarray(start, start + length * headSize), offset + head * targetColumns * headSize);
    }
  }

  /** A compact copy of a slot's first `length` columns: per buffer [heads, length, headSize]. */
  snapshot(slot: number, length: number): CacheArray[] {
    const { heads, headSize } = this.shape;
    return this.buffers.map((_, buffer) => {
      const copy = cacheArray(this.element, heads * length * headSize);
      this.gather(buffer, slot, length, copy, 0, length);
      return copy;
    });
  }

  /** Writes the first `length` columns of a snapshot of `snapshotLength` columns to a slot. */
  restore(snapshot: readonly CacheArray[], snapshotLength: number, slot: number, length: number): void {
    const { heads, headSize } = this.shape;
    this.buffers.forEach((buffer, i) => {
      for (let head = 0; head < heads; head++) {
        const start = head * snapshotLength * headSize;
        const columns = snapshot[i]!.subarray(start, start + length * headSize);
        buffer.set(columns, (slot * heads + head) * this.columns * headSize);
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
    const { heads, headSize } = this.shape;
    for (let head = 0; head < heads; head++) {
      const start = ((row * heads + head) * sourceColumns + first) * headSize;
      const target = ((slot * heads + head) * this.columns + column) * headSize;
      this.buffers[buffer]!.set(source.subarray(start, start + count * headSize), target);
    }
  }

  /** Writes one token's keys and values, laid out [layers, 2, heads, headSize] at `offset` of `source`. */
  writeToken(slot: number, column: number, source: CacheArray, offset: number): void {
    const { heads, headSize } = this.shape;
    const stride = this.columns * headSize;
    let from = offset;
    for (const buffer of this.buffers) {
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
