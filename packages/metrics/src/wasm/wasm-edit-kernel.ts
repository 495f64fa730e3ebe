import type { AlignmentSplit, EditKernel } from './edit-kernel.ts';
import { editKernelsWasm } from './generated/edit-kernels-wasm.ts';
import { growTo, instantiate, type WasmMemory } from './instantiate.ts';
import { stripeRows, writeBandBounds, writeCorridorBounds, writeFullBounds } from './stripe-bounds.ts';

const symbolBytes = 32;
const carryBytes = 16;
const base = 1024;
const corridorHalfWidth = 512;

interface Exports {
  readonly memory: WasmMemory;
  distance(
    p: number,
    n: number,
    t: number,
    m: number,
    table: number,
    carries: number,
    out: number,
    bounds: number,
  ): number;
  lcs(p: number, n: number, t: number, m: number, table: number, carries: number): number;
  align(
    p: number,
    n: number,
    t: number,
    m: number,
    table: number,
    carries: number,
    out: number,
    record: number,
    end: number,
  ): number;
  split(
    p: number,
    n: number,
    t: number,
    m: number,
    table: number,
    carries: number,
    out: number,
    scratch: number,
    result: number,
  ): void;
}

/** The 64-bit SIMD kernels, or null where WebAssembly (or its SIMD part) is missing or forbidden. */
export function createWasmEditKernel(): EditKernel | null {
  const exports = instantiate(editKernelsWasm);
  return exports === null ? null : new WasmEditKernel(exports as Exports);
}

class WasmEditKernel implements EditKernel {
  readonly name = 'wasm';
  pattern: Int32Array = new Int32Array(0);
  text: Int32Array = new Int32Array(0);
  operations: Uint8Array = new Uint8Array(0);
  operationsEnd: number = 0;
  readonly #exports: Exports;
  #symbols = 0;
  #patternRoom = 0;
  #textRoom = 0;
  #pattern = 0;
  #text = 0;
  #carries = 0;
  #boundsAt = 0;
  #bounds: Int32Array = new Int32Array(0);
  #out = 0;
  #scratch = 0;

  constructor(exports: Exports) {
    this.#exports = exports;
    this.reserve(1024, 1024, 512);
  }

  reserve(patternLength: number, textLength: number, symbols: number): void {
    if (patternLength <= this.#patternRoom && textLength <= this.#textRoom && symbols <= this.#symbols) return;
    this.#patternRoom = roomFor(patternLength, this.#patternRoom);
    this.#textRoom = roomFor(textLength, this.#textRoom);
    this.#symbols = roomFor(symbols, this.#symbols);
    // The kernel reads up to three symbols and carries beyond the text and writes as many carries before it: hence the margins.
    const rows = Math.ceil(this.#patternRoom / stripeRows) * stripeRows;
    this.#carries = base + this.#symbols * symbolBytes + 64;
    this.#boundsAt = aligned(this.#carries + this.#textRoom * carryBytes + 64);
    this.#text = this.#boundsAt + (rows / stripeRows) * 8 + 128;
    this.#pattern = aligned(this.#text + this.#textRoom * 4 + 64);
    this.#out = aligned(this.#pattern + this.#patternRoom * 4 + 64);
    this.#scratch = aligned(this.#out + (rows / 2) * 2 + 256);
    growTo(this.#exports.memory, this.#scratch + this.#patternRoom * 4 + this.#textRoom * 4 + 256);
    // Other things lay here before: the match table must start out zero, and whatever follows a text must be symbols.
    new Uint8Array(this.#exports.memory.buffer, base, this.#out - base).fill(0);
    this.#refreshViews();
  }

  distance(patternLength: number, textLength: number): number {
    if (patternLength <= 4 * corridorHalfWidth) {
      writeFullBounds(this.#bounds, patternLength, textLength);
    } else {
      // A cheap corridor gives a bound that no optimal path exceeds; where it is tight, so is the band.
      writeCorridorBounds(this.#bounds, patternLength, textLength, corridorHalfWidth);
      const limit = Math.min(this.#boundedDistance(patternLength, textLength), Math.max(patternLength, textLength));
      writeBandBounds(this.#bounds, patternLength, textLength, limit);
    }
    return this.#boundedDistance(patternLength, textLength);
  }

  #boundedDistance(patternLength: number, textLength: number): number {
    return this.#exports.distance(
      this.#pattern,
      patternLength,
      this.#text,
      textLength,
      base,
      this.#carries,
      this.#out,
      this.#boundsAt,
    );
  }

  lcsLength(patternLength: number, textLength: number): number {
    return this.#exports.lcs(this.#pattern, patternLength, this.#text, textLength, base, this.#carries);
  }

  align(patternFrom: number, patternTo: number, textFrom: number, textTo: number): number {
    const rows = patternTo - patternFrom;
    const columns = textTo - textFrom;
    const recordBytes = Math.ceil(rows / 64) * 16 * columns;
    const end = this.#scratch + recordBytes + 64 + rows + columns;
    if (end + 64 > this.#exports.memory.buffer.byteLength) {
      growTo(this.#exports.memory, end + 64);
      this.#refreshViews();
    }
    this.operationsEnd = end;
    return this.#exports.align(
      this.#pattern + patternFrom * 4,
      rows,
      this.#text + textFrom * 4,
      columns,
      base,
      this.#carries,
      this.#out,
      this.#scratch,
      end,
    );
  }

  split(patternFrom: number, patternTo: number, textFrom: number, textTo: number): AlignmentSplit {
    const { memory, split } = this.#exports;
    const result = base - 16;
    split(
      this.#pattern + patternFrom * 4,
      patternTo - patternFrom,
      this.#text + textFrom * 4,
      textTo - textFrom,
      base,
      this.#carries,
      this.#out,
      this.#scratch,
      result,
    );
    const [position = 0, leftScore = 0, rightScore = 0] = new Int32Array(memory.buffer, result, 3);
    return { position, leftScore, rightScore };
  }

  #refreshViews(): void {
    const { buffer } = this.#exports.memory;
    this.operations = new Uint8Array(buffer);
    this.pattern = new Int32Array(buffer, this.#pattern, this.#patternRoom);
    this.text = new Int32Array(buffer, this.#text, this.#textRoom);
    this.#bounds = new Int32Array(buffer, this.#boundsAt, Math.ceil(this.#patternRoom / stripeRows) * 2);
  }
}

function roomFor(needed: number, room: number): number {
  if (needed <= room) return room;
  return Math.ceil((needed * 1.25) / 64) * 64;
}

function aligned(address: number): number {
  return Math.ceil(address / 64) * 64;
}
