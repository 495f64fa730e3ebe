import { resampleKernelsWasm } from '../../wasm/generated/resample-kernels-wasm.ts';
import { growTo, instantiate, type WasmMemory } from '../../wasm/instantiate.ts';
import { LANES, type Resampler } from './resampler.ts';

interface Exports {
  readonly memory: WasmMemory;
  drawAndSum(block: number, size: number, draws: number, state: number, words: number, sums: number): void;
  sumDrawn(block: number, size: number, draws: number, words: number, sums: number): void;
}

const ROW_BYTES = 8 * LANES;
/** Blocks above this stay in JavaScript's memory. */
const LARGEST = 1 << 26;
/** Up to so many rows of a stratum a draw in doubles is as exact as one in integers. */
const MOST_ROWS = 2 ** 21;
const STATE = 1024;
const SUMS = STATE + 64;

let exports: Exports | null | undefined;
/** One memory a thread: a resampler that is made while another is in use goes without. */
let inUse = false;

/**
 * Draws and sums by WebAssembly; null where it is missing, in use, or the blocks are too large. Give it back by `end`.
 */
export function wasmResampler(
  blocks: readonly Float64Array[],
  sizes: readonly number[],
  seedState: Int32Array,
): Resampler | null {
  if (inUse || blocks.length === 0 || sizes.includes(0)) return null;
  const blockBytes = blocks[0]!.byteLength;
  if (blockBytes * blocks.length > LARGEST || blockBytes / ROW_BYTES >= MOST_ROWS) return null;
  if (exports === undefined) exports = instantiate(resampleKernelsWasm) as Exports | null;
  if (exports === null) return null;
  const { memory, drawAndSum, sumDrawn } = exports;
  const sumBytes = ROW_BYTES * blocks.length;
  const first = SUMS + sumBytes;
  const words = first + blockBytes * blocks.length;
  growTo(memory, words + blockBytes / LANES + 64);
  const { buffer } = memory;
  blocks.forEach((block, at) => {
    new Float64Array(buffer, first + at * blockBytes, block.length).set(block);
  });
  new Int32Array(buffer, STATE, 4).set(seedState);
  const sums = new Float64Array(buffer, SUMS, LANES * blocks.length);
  inUse = true;
  return {
    draw: (wordSums) => {
      sums.fill(0);
      let start = first;
      for (const size of sizes) {
        drawAndSum(start, size, size, STATE, words, SUMS);
        for (let block = 1; block < blocks.length; block++) {
          sumDrawn(start + block * blockBytes, size, size, words, SUMS + block * ROW_BYTES);
        }
        start += size * ROW_BYTES;
      }
      wordSums.set(sums);
    },
    end: () => {
      inUse = false;
    },
  };
}
