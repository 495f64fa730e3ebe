import { availableParallelism } from 'node:os';
import { AssayError, type Capability, type Prompt, type Runner, type RunnerHooks } from '@assay/core';
import { type CausalFolder, readCausalFolder } from './generation/causal-folder.ts';
import { type CausalParts, generateCompletions } from './generation/generate-completions.ts';
import { TextCodec } from './generation/text-codec.ts';
import { scoreTexts } from './log-probability/score-texts.ts';
import { modelDigest } from './models/model-digest.ts';
import { WorkerPool } from './worker/worker-pool.ts';

export interface LocalRunnerOptions {
  /** Folder with config.json, tokenizer.json and onnx/. */
  readonly model: string;
  /** File name in onnx/. @default the slim layout where there is one, then the smallest export */
  readonly graph?: string;
  /** Threads of one worker. @default 1 */
  readonly threads?: number;
  /** Sessions side by side, each in a thread (or process) of its own. @default one for each core */
  readonly workers?: number;
  /** Sequences that one worker decodes at once. @default 32 */
  readonly batchSize?: number;
  /** Bytes of keys and values over all workers. @default 768 MiB */
  readonly cacheBytes?: number;
  /** @default 'cpu' */
  readonly device?: string;
  /** SHA-256 of the model's files, where it is known already. @default computed */
  readonly digest?: string;
  /** The model lives in child processes, whose death fails only what they were doing. @default false */
  readonly isolate?: boolean;
  readonly hooks?: RunnerHooks;
  /** The built worker entry; only tests that run from source need another. */
  readonly workerUrl?: URL;
}

const CAPABILITIES: ReadonlySet<Capability> = new Set(['generate', 'logProbability']);
const CACHE_BYTES = 768 * 2 ** 20;
const PREFILL_TOKENS = 512;

/**
 * Opens a causal language model from a folder.
 * @throws AssayError MODEL_NOT_FOUND, MODEL_FILES_MISSING, MODEL_LOAD, MODEL_UNSUPPORTED
 */
export async function createLocalRunner(options: LocalRunnerOptions): Promise<Runner> {
  const folder = readCausalFolder(options.model, options.graph);
  const { hooks } = options;
  hooks?.onLoad?.({ phase: 'load', model: folder.name });
  // Workers load the weights while this thread reads the tokenizer and hashes the files.
  const opening = openPool(folder, options);
  try {
    const [codec, digest] = await Promise.all([TextCodec.load(folder), options.digest ?? modelDigest(options.model)]);
    const parts = { folder, codec, pool: await opening };
    hooks?.onLoad?.({ phase: 'ready', model: folder.name });
    return causalRunner(parts, `local:${folder.name}@sha256:${digest}`);
  } catch (error) {
    await opening.then((pool) => pool.close()).catch(() => {});
    throw error;
  }
}

function openPool(folder: CausalFolder, options: LocalRunnerOptions): Promise<WorkerPool> {
  const workers = options.workers ?? availableParallelism();
  const pool = WorkerPool.open({
    entry: options.workerUrl ?? builtWorker(),
    workers,
    model: {
      name: folder.name,
      graph: folder.graph,
      cache: folder.cache,
      vocabularySize: folder.vocabularySize,
      contextLength: folder.contextLength,
      threads: options.threads ?? 1,
      device: options.device ?? 'cpu',
    },
    limits: {
      slots: options.batchSize ?? 32,
      prefillTokens: PREFILL_TOKENS,
      cacheBytes: (options.cacheBytes ?? CACHE_BYTES) / workers,
    },
    isolate: options.isolate ?? false,
    onProgress: (newTokens, promptTokens) => options.hooks?.onTokens?.({ newTokens, promptTokens }),
    onRestart: () => options.hooks?.onLoad?.({ phase: 'load', model: folder.name }),
  });
  // Whoever awaits it later gets the error; until then it must not count as unhandled.
  pool.catch(() => {});
  return pool;
}

/** Workers are plain JavaScript: from source (`src/`), the entry is the one that was built beside it. */
function builtWorker(): URL {
  const here = new URL('./worker/causal-worker.js', import.meta.url);
  return new URL(here.href.replace('/src/worker/', '/dist/worker/'));
}

function causalRunner(parts: CausalParts, id: string): Runner {
  return {
    version: 1,
    id,
    capabilities: CAPABILITIES,
    generate: (prompts, options) => generateCompletions(parts, prompts, options),
    logProbabilities: (requests, options) => scoreTexts(parts, requests, options.signal),
    embed: () => refuse(parts, 'embeddings'),
    classify: () => refuse(parts, 'classification'),
    countTokens: (prompt: Prompt) => parts.codec.promptTokens(prompt).length,
    close: () => parts.pool.close(),
  };
}

function refuse(parts: CausalParts, what: string): never {
  throw new AssayError('RUNNER_CAPABILITY', `${parts.folder.name} is a causal language model: it gives no ${what}`, {
    hint: 'use an encoder or a classifier for this',
  });
}
