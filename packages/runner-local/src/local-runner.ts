import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import {
  AssayError,
  assayCacheFolder,
  type Prompt,
  type RunnerHooks,
  type RunnerWith,
  type TemplateLimits,
  type Tokenizer,
} from '@assay/core';
import { type CausalFolder, readCausalFolder } from './generation/causal-folder.ts';
import { type CausalParts, generateCompletions } from './generation/generate-completions.ts';
import { idOnDevice, isGreedy } from './generation/local-identity.ts';
import { TextCodec } from './generation/text-codec.ts';
import { batchingNotes } from './layouts/batching-notes.ts';
import type { Batching } from './layouts/causal-model.ts';
import { fastGraph, fastKey, fastNotes, idWithPrecision, type Precision } from './layouts/fast-graph.ts';
import { type PrepackedKey, prepackedFolder, prepackedKey } from './layouts/prepacked-folder.ts';
import { prepackedGraph } from './layouts/prepacked-graph.ts';
import { scoreTexts } from './log-probability/score-texts.ts';
import { decoderFile } from './models/choose-weights.ts';
import { modelDigest } from './models/model-digest.ts';
import { chooseDevice, type Device } from './runtime/device.ts';
import { tryDevice } from './runtime/try-device.ts';
import { builtEntry } from './worker/built-entry.ts';
import { cacheRoom } from './worker/memory-estimate.ts';
import type { ModelSpec } from './worker/messages.ts';
import { WorkerPool } from './worker/worker-pool.ts';

export interface LocalRunnerOptions {
  /** Folder with config.json, tokenizer.json and the graphs. */
  readonly model: string;
  /** File name of the decoder's graph. @default the slim layout where there is one, then the preferred export */
  readonly graph?: string;
  /** Number format of the graph to take, where the folder has several; with `unpack` that of the packed weights. */
  readonly dtype?: string;
  /** Threads of one worker. @default 1 */
  readonly threads?: number;
  /** Sessions side by side, each in a thread (or process) of its own. @default one for each core; 1 on an accelerator */
  readonly workers?: number;
  /** Sequences that one worker decodes at once. @default 32 */
  readonly batchSize?: number;
  /** Bytes of keys and values over all workers. @default 768 MiB, or what memory has room for if that is less */
  readonly cacheBytes?: number;
  /**
   * Bytes of beginnings that prompts and texts share, beside the others: each is read once while it is kept. 0 shares nothing,
   * not even within a batch. @default 256 MiB, or a quarter of what memory has room for if that is less
   */
  readonly prefixBytes?: number;
  /** Bytes of them on the disk, where memory has no more room. @default 1 GiB */
  readonly prefixDiskBytes?: number;
  /** Where it computes; `auto` is what a trial finds right, and a note of the runner says why. @default 'cpu' */
  readonly device?: Device | 'auto';
  /** Whether a worker's threads keep their cores busy while they wait; of account with several `threads`. @default true */
  readonly spinning?: boolean;
  /** Refuse a model whose estimate is above this. @default what the machine has free */
  readonly memoryLimitBytes?: number;
  /** What rendering the chat template may take. */
  readonly templateLimits?: TemplateLimits | undefined;
  /** SHA-256 of the model's files, where it is known already. @default computed */
  readonly digest?: string;
  /** The model lives in child processes, whose death fails only what they were doing. @default false */
  readonly isolate?: boolean;
  /**
   * Weights unpacked to fp32: faster from a batch of about 8 on, slower for one stream. They are saved once, in the
   * user's cache folder. @default false
   */
  readonly unpack?: boolean;
  /**
   * `fast` computes in whole numbers of eight bits, on the CPU: several times as fast on processors with units for them,
   * and not quite the same answers, by figures that are measured when it is first used and stand in the notes. @default 'exact'
   */
  readonly precision?: Precision;
  readonly hooks?: RunnerHooks;
  /** Stops the unpacking of weights. */
  readonly signal?: AbortSignal | undefined;
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** The built worker entry; only tests that run from source need another. */
  readonly workerUrl?: URL;
}

export interface LocalRunner
  extends RunnerWith<'generate' | 'logProbabilities' | 'countTokens' | 'reading' | 'failure' | 'close'> {
  /**
   * How sequences go through the graph so that neighbours change nothing: together whatever their lengths, together with
   * equals, or one at a time where the export's kernels mix a batch (activations quantised as a whole). A run that is
   * `alone` is slow for this reason.
   */
  readonly batching: Batching;
}

const CACHE_BYTES = 768 * 2 ** 20;
const PREFIX_BYTES = 256 * 2 ** 20;
const PREFIX_DISK_BYTES = 2 ** 30;
/** Most tokens of one prompt pass; wider passes hold more memory and are hardly faster. */
const PREFILL_TOKENS = 256;
/** The same for each sequence of a small batch, whose memory is meant to be small too. */
const PREFILL_TOKENS_OF_ONE = 8;
/** A cache below this many tokens would refuse ordinary prompts. */
const SMALLEST_CACHE_TOKENS = 512;

/**
 * Opens a language model from a folder: one that continues with a text, or an encoder-decoder that answers one.
 * @throws AssayError MODEL_NOT_FOUND, MODEL_FILES_MISSING, MODEL_LOAD, MODEL_UNSUPPORTED, MODEL_MEMORY, MODEL_DEVICE
 */
export async function createLocalRunner(options: LocalRunnerOptions): Promise<LocalRunner> {
  const choice = { dtype: options.dtype, file: options.graph, unpack: options.unpack };
  const folder = readCausalFolder(
    options.model,
    existsSync(options.model) ? decoderFile(options.model, choice) : undefined,
  );
  const { hooks } = options;
  const form = formOf(options, folder);
  // Weights in another form are the CPU's.
  const trial = form === undefined ? (device: Device) => tryDevice(modelSpec(folder), device) : undefined;
  const { device, notes } = await chooseDevice(options.device, trial);
  if (device !== 'cpu' && form !== undefined) {
    throw new AssayError('MODEL_DEVICE', `${form} packs weights for the CPU, and the device is ${device}`, {
      hint: `leave out ${form}, or the device`,
    });
  }
  hooks?.onLoad?.({ phase: 'load', model: folder.name });
  const digest =
    options.digest === undefined ? modelDigest(folder.path, folder.graphs) : Promise.resolve(options.digest);
  // Workers load the weights while this thread reads the tokenizer and hashes the files.
  const opening = openPool(folder, options, digest, device);
  // Whoever awaits these later gets the error; until then it must not count as unhandled.
  opening.catch(() => {});
  digest.catch(() => {});
  try {
    const codec = await TextCodec.load(folder, options.templateLimits);
    const { pool, notes: ofForm } = await opening;
    const parts = { folder, codec, pool };
    const plain = idOnDevice(`local:${folder.name}@sha256:${await digest}`, device);
    hooks?.onLoad?.({ phase: 'ready', model: folder.name });
    return causalRunner(parts, idWithPrecision(plain, options.precision), [...notes, ...ofForm]);
  } catch (error) {
    await opening.then(({ pool }) => pool.close()).catch(() => {});
    throw error;
  }
}

/** The form of the weights other than their own. @throws AssayError USAGE for two at once, MODEL_UNSUPPORTED */
function formOf({ unpack, precision }: LocalRunnerOptions, folder: CausalFolder): 'unpack' | 'precision' | undefined {
  if (precision !== 'fast') return unpack ? 'unpack' : undefined;
  if (unpack) {
    const hint = 'leave out unpack: fast packs the weights its own way';
    throw new AssayError('USAGE', 'precision fast and unpack are two forms of the same weights', { hint });
  }
  if (folder.encoder === undefined && folder.embedding === undefined) return 'precision';
  throw new AssayError(
    'MODEL_UNSUPPORTED',
    `${folder.name} has no form for precision fast: it is a model of several graphs`,
    {
      at: { file: folder.graph },
      hint: 'leave out precision: the model runs exactly as it is',
    },
  );
}

interface OpenedPool {
  readonly pool: WorkerPool;
  /** What is to be said of the form that the weights were brought to. */
  readonly notes: readonly string[];
}

async function openPool(
  folder: CausalFolder,
  options: LocalRunnerOptions,
  digest: Promise<string>,
  device: Device,
): Promise<OpenedPool> {
  // An accelerator computes for all; more sessions would only share it.
  const workers = options.workers ?? (device === 'cpu' ? availableParallelism() : 1);
  const slots = options.batchSize ?? 32;
  const { layers, heads, headSize } = folder.cache;
  const smallestCache = 2 * layers * heads * headSize * 4 * SMALLEST_CACHE_TOKENS;
  const key = await formKey(folder, options, digest);
  const unpacked = key === undefined ? undefined : prepackedFolder(key, options.env);
  const files = [...folder.graphs, ...folder.externalData];
  const isFast = options.precision === 'fast';
  const need = { graph: folder.graph, files, workers, smallestCache, unpacked, isFast };
  const room = cacheRoom(need, options.memoryLimitBytes);
  const { graph, notes } = await graphInForm(folder, options, key);
  const prefixBytes = options.prefixBytes ?? Math.min(PREFIX_BYTES, room / 4);
  const pool = await WorkerPool.open({
    entry: options.workerUrl ?? builtEntry('worker/causal-worker.js'),
    workers,
    model: { ...modelSpec(folder), graph, session: { device, threads: options.threads, spinning: options.spinning } },
    limits: {
      slots,
      prefillTokens: Math.min(PREFILL_TOKENS, Math.max(64, slots * PREFILL_TOKENS_OF_ONE)),
      cacheBytes: (options.cacheBytes ?? Math.min(CACHE_BYTES, room - prefixBytes)) / workers,
      shares: prefixBytes > 0,
    },
    prefixBytes,
    prefixDisk: {
      limitBytes: options.prefixDiskBytes ?? PREFIX_DISK_BYTES,
      folder: join(assayCacheFolder(options.env), 'prefixes'),
    },
    isolate: options.isolate ?? false,
    onProgress: (newTokens, promptTokens) => options.hooks?.onTokens?.({ newTokens, promptTokens }),
    onUnheld: (disk) => options.hooks?.onUnheld?.({ model: folder.name, limitBytes: prefixBytes, disk }),
    onDeath: (death) => options.hooks?.onWorkerDeath?.({ model: folder.name, ...death }),
  });
  return { pool, notes };
}

/** Names the weights in another form, where one is asked for. */
async function formKey(
  { name }: CausalFolder,
  { unpack, precision }: LocalRunnerOptions,
  digest: Promise<string>,
): Promise<PrepackedKey | undefined> {
  if (precision === 'fast') return fastKey(name, await digest);
  return unpack ? prepackedKey(name, await digest) : undefined;
}

/** The graph to open, made first where it is wanted in another form. */
async function graphInForm(
  { name: model, graph, path }: CausalFolder,
  { precision, hooks, signal, env }: LocalRunnerOptions,
  key: PrepackedKey | undefined,
): Promise<{ readonly graph: string; readonly notes: readonly string[] }> {
  if (key === undefined) return { graph, notes: [] };
  if (precision === 'fast') {
    const onMake = (): void => hooks?.onLoad?.({ phase: 'quantise', model });
    const made = await fastGraph(graph, key, { folder: path, signal, env, onMake });
    return { graph: made.graph, notes: fastNotes(made.drift) };
  }
  const onMake = (): void => hooks?.onLoad?.({ phase: 'unpack', model });
  const entry = builtEntry('layouts/prepack-entry.js');
  return { graph: await prepackedGraph(graph, { key, entry, signal, env, onMake }), notes: [] };
}

function modelSpec(folder: CausalFolder): ModelSpec {
  const { name, graph, firstGraph, encoder, embedding, cache, vocabularySize, contextLength } = folder;
  const graphs = { graph, firstGraph, encoder, embedding };
  return { name, ...graphs, cache, vocabularySize, contextLength, tokenizer: folder.path };
}

function causalRunner(parts: CausalParts, id: string, notes: readonly string[]): LocalRunner {
  return {
    version: 2,
    id,
    batching: parts.pool.batching,
    notes: [...notes, ...batchingNotes(parts.pool.batching)],
    generate: (prompts, options) => generateCompletions(parts, prompts, options),
    isGreedy,
    logProbabilities: (requests, options) => scoreTexts(parts, requests, options),
    countTokens: (prompt: Prompt) => parts.codec.promptTokens(prompt).length,
    tokenizer: tokenizerOf(parts),
    contextTokens: parts.folder.contextLength,
    reading: () => parts.pool.reading,
    failure: () => parts.pool.broken,
    close: () => parts.pool.close(),
  };
}

function tokenizerOf({ codec, folder }: CausalParts): Tokenizer {
  return {
    vocabularySize: folder.vocabularySize,
    info: codec.info,
    encode: (text, { special = true } = {}) => (special ? codec.encode(text) : codec.encodeBare(text)),
    encodePrompt: (prompt) => codec.promptTokens(prompt),
    decode: (ids, { special = false } = {}) => codec.decode(ids, special),
    pieces: (ids, { special = false } = {}) => codec.pieces(ids, special),
    bytesOf: (id) => codec.vocabulary.bytesOf(id),
    isSpecial: (id) => codec.vocabulary.specialIds.has(id),
  };
}
