import { beamKernelsWasm } from '../wasm/generated/beam-kernels-wasm.ts';
import { growTo, instantiate, type WasmMemory } from '../wasm/instantiate.ts';
import type { BeamCosts } from './beam-costs.ts';
import { PLAIN_RATIO, writeBeam } from './beam-shape.ts';
import type { TokenBuffer } from './token-buffer.ts';

interface Exports {
  readonly memory: WasmMemory;
  shape(from: number, to: number, step: number, rows: number, flip: number, out: number): void;
  mark(reference: number, m: number, table: number, reversed: number, stride: number, set: number): void;
  fill(
    shapes: number,
    table: number,
    stride: number,
    matrix: number,
    words: number,
    step: number,
    first: number,
    last: number,
    target: number,
  ): void;
  cost(row: number, bits: number): number;
  rowMinimum(row: number, from: number, to: number, scratch: number): number;
  joined(forward: number, backward: number, from: number, to: number, m: number, scratch: number): number;
  trace(
    shapes: number,
    matrix: number,
    from: number,
    to: number,
    words: number,
    n: number,
    reference: number,
    m: number,
    align: number,
    wordErrors: number,
    referenceErrors: number,
  ): void;
}

/** Bytes of a row in assembly/beam-kernels.ts. */
const SHAPE = 24;
const ROW = 40;
/** Bytes of both match tables together; longer texts of many words are counted cell by cell. */
const LARGEST_TABLES = 1 << 24;

let costs: WasmBeamCosts | null | undefined;

/**
 * Costs by bits, one a thread, made on first use; null where WebAssembly is missing or the pair's shape does not suit.
 */
export function wasmBeamCosts(n: number, m: number, distinct: number): BeamCosts | null {
  if (m > PLAIN_RATIO * n || 2 * (distinct + 1) * strideOf(m) > LARGEST_TABLES) return null;
  if (costs === undefined) {
    const exports = instantiate(beamKernelsWasm);
    costs = exports === null ? null : new WasmBeamCosts(exports as Exports);
  }
  return costs;
}

/** Bytes of a word's matches: a bit a word of the reference, and what a load of eight bytes touches beyond. */
function strideOf(m: number): number {
  return (m >> 3) + 9;
}

class WasmBeamCosts implements BeamCosts {
  words: Int32Array = new Int32Array(0);
  changed: Int32Array = new Int32Array(0);
  align: Int32Array = new Int32Array(0);
  hypothesisErrors: Int32Array = new Int32Array(0);
  referenceErrors: Int32Array = new Int32Array(0);
  #reference: Int32Array = new Int32Array(0);
  #from: Int32Array = new Int32Array(0);
  #to: Int32Array = new Int32Array(0);
  readonly #exports: Exports;
  #n = 0;
  #m = 0;
  #stride = 0;
  /** Words that the arrays have room for, and bytes that a match table has. */
  #room = 0;
  #tableRoom = 0;
  #forward = 0;
  #backward = 0;
  #forwardShapes = 0;
  #backwardShapes = 0;
  #target = 0;
  #scratch = 0;
  #table = 0;
  #reversedTable = 0;

  constructor(exports: Exports) {
    this.#exports = exports;
  }

  begin(hypothesis: TokenBuffer, reference: TokenBuffer, distinct: number): number {
    const n = hypothesis.length;
    const m = reference.length;
    this.#n = n;
    this.#m = m;
    this.#stride = strideOf(m);
    this.#reserve(Math.max(n, m) + 2, (distinct + 1) * this.#stride);
    copy(hypothesis.ids, n, this.words);
    copy(reference.ids, m, this.#reference);
    writeBeam(this.#from, this.#to, n, m);
    const { mark, shape } = this.#exports;
    mark(this.#reference.byteOffset, m, this.#table, this.#reversedTable, this.#stride, 1);
    const from = this.#from.byteOffset;
    const to = this.#to.byteOffset;
    shape(from, to, 4, n, 0, this.#forwardShapes);
    shape(from + 4 * n, to + 4 * n, -4, n - 1, m + 1, this.#backwardShapes);
    return this.fill(0, n);
  }

  fill(low: number, high: number): number {
    const { fill, cost } = this.#exports;
    const n = this.#n;
    const words = this.words.byteOffset;
    fill(this.#forwardShapes, this.#table, this.#stride, this.#forward, words + 4 * low, 4, low + 1, n, 0);
    // Row n − i of the backward costs comes of word i.
    const first = n - high + 1;
    const last = words + 4 * (high - 1);
    fill(this.#backwardShapes, this.#reversedTable, this.#stride, this.#backward, last, -4, first, n - 1, 0);
    return cost(this.#forward + n * ROW, this.#m - this.#leftOf(n));
  }

  /** The column left of bit 0 of a row. */
  #leftOf(i: number): number {
    return Math.max(0, this.#from[i]! - 1);
  }

  forwardMinimum(i: number): number {
    return this.#exports.rowMinimum(this.#forward + i * ROW, this.#from[i]!, this.#to[i]!, this.#scratch);
  }

  backwardMinimum(i: number): number {
    const columns = this.#m + 1;
    const row = this.#backward + (this.#n - i) * ROW;
    return this.#exports.rowMinimum(row, columns - this.#to[i]!, columns - this.#from[i]!, this.#scratch);
  }

  distanceWith(low: number, high: number): number {
    const { fill, cost, joined } = this.#exports;
    const words = this.changed.byteOffset;
    const target = this.#target;
    fill(this.#forwardShapes, this.#table, this.#stride, this.#forward, words, 4, low + 1, high, target);
    if (high === this.#n) return cost(target, this.#m - this.#leftOf(high));
    const backward = this.#backward + (this.#n - high) * ROW;
    return joined(target, backward, this.#from[high]!, this.#to[high]!, this.#m, this.#scratch);
  }

  trace(): void {
    this.#exports.trace(
      this.#forwardShapes,
      this.#forward,
      this.#from.byteOffset,
      this.#to.byteOffset,
      this.words.byteOffset,
      this.#n,
      this.#reference.byteOffset,
      this.#m,
      this.align.byteOffset,
      this.hypothesisErrors.byteOffset,
      this.referenceErrors.byteOffset,
    );
  }

  end(): void {
    this.#exports.mark(this.#reference.byteOffset, this.#m, this.#table, this.#reversedTable, this.#stride, 0);
  }

  /** Lays memory out anew where the pair needs more; the match tables start out zero. */
  #reserve(size: number, tableBytes: number): void {
    if (size <= this.#room && tableBytes <= this.#tableRoom) return;
    this.#room = Math.max(256, this.#room, 2 * size);
    this.#tableRoom = Math.max(1 << 12, this.#tableRoom, 2 * tableBytes);
    let end = 1024;
    const take = (bytes: number): number => {
      const at = end;
      end += Math.ceil((bytes + 64) / 64) * 64;
      return at;
    };
    const arrays = Array.from({ length: 8 }, () => take(4 * this.#room));
    this.#scratch = take(256);
    this.#target = take(ROW);
    this.#forward = take(ROW * this.#room);
    this.#backward = take(ROW * this.#room);
    this.#forwardShapes = take(SHAPE * this.#room);
    this.#backwardShapes = take(SHAPE * this.#room);
    this.#table = take(this.#tableRoom);
    this.#reversedTable = take(this.#tableRoom);
    const { memory } = this.#exports;
    growTo(memory, end);
    new Uint8Array(memory.buffer, this.#table, end - this.#table).fill(0);
    const view = (at: number) => new Int32Array(memory.buffer, arrays[at]!, this.#room);
    this.words = view(0);
    this.changed = view(1);
    this.align = view(2);
    this.hypothesisErrors = view(3);
    this.referenceErrors = view(4);
    this.#reference = view(5);
    this.#from = view(6);
    this.#to = view(7);
    this.#startRow(this.#forward);
    this.#startRow(this.#backward);
  }

  /** Row 0: each column costs one more than the one before. */
  #startRow(row: number): void {
    const words = new Int32Array(this.#exports.memory.buffer, row, ROW / 4);
    words.fill(0);
    words[0] = -1;
    words[1] = -1;
  }
}

function copy(from: Int32Array, length: number, to: Int32Array): void {
  for (let i = 0; i < length; i++) to[i] = from[i]!;
}
