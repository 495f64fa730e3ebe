import type { EditKernel } from '../wasm/edit-kernel.ts';

/** Two sequences written into a kernel: the reference as its pattern, the hypothesis as its text. */
export interface SymbolPair {
  readonly kernel: EditKernel;
  readonly patternLength: number;
  readonly textLength: number;
}
