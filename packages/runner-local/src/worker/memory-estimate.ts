import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AssayError } from '@assay/core';

/** Tokenizer, runtime and the JavaScript heap. */
const BASE_BYTES = 200 * 2 ** 20;
/** Working buffers and a heap of its own; without sequences. */
const WORKER_BYTES = 100 * 2 ** 20;
/** Unpacked weights are mapped as they are and as the kernels order them: 1,108 MB of 97 MB with 4 bits. */
const UNPACKED_FACTOR = 12;
/** Making them holds every stage at once: 3.4 GB of the same. */
const UNPACKING_FACTOR = 36;
/** Weights of eight bits, mapped; each worker orders them as its kernels want: 177 MB of 97 MB with 4 bits. */
const FAST_FACTOR = 2;
/** Making them holds the graph that is read, the new one and fp32 weights of one product: 1.3 GB of the same. */
const MAKING_FAST_FACTOR = 14;

export interface MemoryNeed {
  /** The graph that is refused by name. */
  readonly graph: string;
  /** Graphs and what lies beside them. */
  readonly files: readonly string[];
  readonly workers: number;
  /** Bytes of keys and values that a worker needs at the least. @default 0 */
  readonly smallestCache?: number;
  /** Folder of the unpacked weights, where they are used; it need not be there yet. */
  readonly unpacked?: string | undefined;
  /** Whether that folder is of weights in whole numbers. @default false */
  readonly isFast?: boolean;
}

/**
 * Bytes of memory that a model takes before any text, roughly: its files are mapped once, and each worker keeps the
 * weights in its kernels' own order; unpacked ones are mapped in that order.
 */
export function memoryEstimate({ files, workers, smallestCache = 0, unpacked, isFast }: MemoryNeed): number {
  const weights = sizeOf(files);
  const own = workers * (WORKER_BYTES + smallestCache);
  if (unpacked !== undefined && isFast) {
    const making = existsSync(unpacked) ? 0 : weights * MAKING_FAST_FACTOR;
    return BASE_BYTES + Math.max(making, weights * FAST_FACTOR * (1 + workers) + own);
  }
  if (unpacked === undefined) return BASE_BYTES + weights * (1 + workers) + own;
  if (!existsSync(unpacked)) return BASE_BYTES + Math.max(weights * UNPACKING_FACTOR, weights * UNPACKED_FACTOR + own);
  return BASE_BYTES + sizeOf(readdirSync(unpacked).map((file) => join(unpacked, file))) + own;
}

/**
 * Bytes that are left for keys and values, those of the estimate among them.
 * @param limitBytes what the user allows, if anything
 * @throws AssayError MODEL_MEMORY when the estimate is beyond what this process may still take
 */
export function cacheRoom(need: MemoryNeed, limitBytes: number = Number.POSITIVE_INFINITY): number {
  const bytes = memoryEstimate(need);
  const available = Math.min(process.availableMemory(), limitBytes);
  const { workers, smallestCache = 0, unpacked, graph, isFast = false } = need;
  if (bytes <= available) return available - bytes + workers * smallestCache;
  const mib = (value: number) => `${Math.ceil(value / 2 ** 20).toLocaleString('en')} MiB`;
  const [form, making] = isFast ? ['precision', 'prepare'] : ['unpack', 'unpack'];
  const makes = unpacked !== undefined && !existsSync(unpacked) ? `, to ${making} its weights once,` : '';
  throw new AssayError(
    'MODEL_MEMORY',
    `the model needs about ${mib(bytes)} of memory${makes} with ${workers} workers, and ${mib(available)} are free`,
    {
      at: { file: graph },
      hint:
        unpacked !== undefined
          ? `leave out ${form}, or use fewer workers or a smaller model`
          : workers > 1
            ? 'use fewer workers, or a smaller model'
            : 'use a smaller model, or one with 4-bit weights',
    },
  );
}

/** A graph and the files beside it that begin with its name, as exporters call its weights. */
export function withData(graph: string): string[] {
  const folder = dirname(graph);
  return readdirSync(folder).flatMap((file) => (file.startsWith(basename(graph)) ? [join(folder, file)] : []));
}

function sizeOf(files: readonly string[]): number {
  return files.reduce((total, file) => total + statSync(file).size, 0);
}
