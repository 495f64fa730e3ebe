import { statSync } from 'node:fs';
import { AssayError } from '@assay/core';
import type { CausalFolder } from '../generation/causal-folder.ts';

/** Tokenizer, runtime and the JavaScript heap. */
const BASE_BYTES = 200 * 2 ** 20;
/** A session holds its weights, some of them a second time in the kernels' own order, and its working buffers. */
const WEIGHTS_FACTOR = 1.5;
const WORKER_BYTES = 100 * 2 ** 20;

export interface MemoryNeed {
  readonly folder: CausalFolder;
  readonly workers: number;
  /** Bytes of keys and values that a single sequence needs at the least. */
  readonly smallestCache: number;
  /** Weights are mapped from one file that all workers share. */
  readonly sharedWeights: boolean;
}

/** Bytes of memory that the runner takes before any prompt, roughly. */
function memoryEstimate({ folder, workers, smallestCache, sharedWeights }: MemoryNeed): number {
  const weights = [...folder.graphs, ...folder.externalData].reduce((total, file) => total + statSync(file).size, 0);
  const sessions = sharedWeights ? weights : weights * WEIGHTS_FACTOR * workers;
  return BASE_BYTES + sessions + workers * (WORKER_BYTES + smallestCache);
}

/** @throws AssayError MODEL_MEMORY when the estimate is beyond what this process may still take */
export function checkMemory(need: MemoryNeed, availableBytes: number): void {
  const bytes = memoryEstimate(need);
  if (bytes <= availableBytes) return;
  const mib = (value: number) => `${Math.ceil(value / 2 ** 20).toLocaleString('en')} MiB`;
  throw new AssayError(
    'MODEL_MEMORY',
    `the model needs about ${mib(bytes)} of memory with ${need.workers} workers, and ${mib(availableBytes)} are free`,
    {
      at: { file: need.folder.graph },
      hint:
        need.workers > 1 ? 'use fewer workers, or a smaller model' : 'use a smaller model, or one with 4-bit weights',
    },
  );
}
