import { ngramKernelsWasm } from '../wasm/generated/ngram-kernels-wasm.ts';
import { growTo, instantiate, type WasmMemory } from '../wasm/instantiate.ts';
import type { TokenBuffer } from './token-buffer.ts';

interface Exports {
  readonly memory: WasmMemory;
  match(
    reference: number,
    m: number,
    hypothesis: number,
    n: number,
    orders: number,
    slotBits: number,
    counts: number,
    table: number,
    nodes: number,
    otherNodes: number,
    out: number,
  ): void;
}

/** Bounds of assembly/ngram-kernels.ts: tokens, and n-grams of an order with four slots each. */
const MOST_TOKENS = 2 ** 21 - 1;
const LONGEST = 2 ** 18;
/** Highest order that there is room for. */
const MAX_ORDER = 64;

let ngrams: WasmNgrams | null | undefined;

/** The matcher of this thread, made on first use; null where WebAssembly is missing or the texts are beyond its bounds. */
export function wasmNgrams(longest: number, capacity: number, maxOrder: number): WasmNgrams | null {
  if (longest > LONGEST || capacity > MOST_TOKENS || maxOrder > MAX_ORDER) return null;
  if (ngrams === undefined) {
    const exports = instantiate(ngramKernelsWasm);
    ngrams = exports === null ? null : new WasmNgrams(exports as Exports);
  }
  if (ngrams !== null) ngrams.reserve(longest, capacity);
  return ngrams;
}

/** Clipped n-gram matches by WebAssembly. */
export class WasmNgrams {
  readonly #exports: Exports;
  #room = 0;
  #capacity = 0;
  #reference: Int32Array = new Int32Array(0);
  #hypothesis: Int32Array = new Int32Array(0);
  #out: Int32Array = new Int32Array(0);
  #nodes = 0;
  #otherNodes = 0;
  #table = 0;
  #counts = 0;

  constructor(exports: Exports) {
    this.#exports = exports;
  }

  /** Adds to `matches[at + n − 1]` the matches of order n. */
  add(hypothesis: TokenBuffer, reference: TokenBuffer, maxOrder: number, matches: Float64Array, at: number): void {
    const m = reference.length;
    copy(reference.ids, m, this.#reference);
    copy(hypothesis.ids, hypothesis.length, this.#hypothesis);
    this.#exports.match(
      this.#reference.byteOffset,
      m,
      this.#hypothesis.byteOffset,
      hypothesis.length,
      maxOrder,
      slotBitsOf(m),
      this.#counts,
      this.#table,
      this.#nodes,
      this.#otherNodes,
      this.#out.byteOffset,
    );
    const out = this.#out;
    for (let n = 0; n < maxOrder; n++) matches[at + n] = matches[at + n]! + out[n]!;
  }

  /** Lays memory out anew for longer texts or more tokens; the counts start out zero. */
  reserve(longest: number, capacity: number): void {
    if (longest <= this.#room && capacity < this.#capacity) return;
    this.#room = Math.max(this.#room, powerOf2(longest, 512));
    this.#capacity = Math.max(this.#capacity, powerOf2(capacity + 1, 1 << 12));
    const bytes = 4 * this.#room;
    const start = 1024;
    this.#nodes = start + 2 * bytes;
    this.#otherNodes = this.#nodes + bytes;
    this.#table = this.#otherNodes + bytes;
    this.#counts = this.#table + 8 * 2 ** slotBitsOf(this.#room);
    const end = this.#counts + 4 * this.#capacity;
    const { memory } = this.#exports;
    const used = Math.min(end, memory.buffer.byteLength);
    growTo(memory, end);
    const { buffer } = memory;
    // Other things lay here before. What is new is zero, and takes no memory until it is written.
    if (used > this.#counts) new Uint8Array(buffer, this.#counts, used - this.#counts).fill(0);
    this.#out = new Int32Array(buffer, start - 4 * MAX_ORDER, MAX_ORDER);
    this.#reference = new Int32Array(buffer, start, this.#room);
    this.#hypothesis = new Int32Array(buffer, start + bytes, this.#room);
  }
}

/** The smallest power of two that is at least both. */
function powerOf2(size: number, least: number): number {
  return Math.max(least, 2 ** Math.ceil(Math.log2(Math.max(1, size))));
}

/** Four slots for each n-gram, so that look-ups seldom meet another's. */
function slotBitsOf(length: number): number {
  return 32 - Math.clz32(Math.max(15, 4 * length - 1));
}

/** Ids of tokens begin at 0, those of the kernel at 1. */
function copy(from: Int32Array, length: number, to: Int32Array): void {
  for (let i = 0; i < length; i++) to[i] = from[i]! + 1;
}
