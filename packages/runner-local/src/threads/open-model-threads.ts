import { join } from 'node:path';
import { type PreparedModel, type PrepareModelOptions, prepareModel } from '../models/prepare-model.ts';
import { chooseDevice, type Device } from '../runtime/device.ts';
import { cacheRoom, withData } from '../worker/memory-estimate.ts';
import { ModelThreads } from './model-threads.ts';
import type { ModelThreadSettings } from './text-model.ts';

/** Of a model that answers texts in threads of its own. */
export interface ModelThreadsOptions extends PrepareModelOptions {
  /** Name, hub id or folder; or a model that `prepareModel` found. */
  readonly model: string | PreparedModel;
  /** Threads, each with a session of its own (weights are loaded once a thread). @default 1 */
  readonly threads?: number | undefined;
  /** Most tokens in a batch, padding included. @default 512, or 1 where neighbours would change an answer */
  readonly batchTokens?: number | undefined;
  /** Cuts texts shorter than the model itself would. */
  readonly maxTokens?: number | undefined;
  /** Where it computes; `auto` is the CPU, and a note of the runner says so. @default 'cpu' */
  readonly device?: Device | 'auto' | undefined;
  /** Refuse a model whose estimate is above this. @default what the machine has free */
  readonly memoryLimitBytes?: number | undefined;
  /** Threads within one session. @default 1 */
  readonly sessionThreads?: number | undefined;
  /** Whether a session's threads keep their cores busy while they wait. @default true */
  readonly spinning?: boolean | undefined;
  /** Each session in a process of its own, so that a native crash costs only what it worked on. @default false */
  readonly isolate?: boolean | undefined;
}

interface OpenModelThreads {
  readonly model: PreparedModel;
  readonly threads: ModelThreads;
  /** What a reader of its answers should know of how they come about. */
  readonly notes: readonly string[];
  /** Settings that change its answers, for its id. */
  readonly settings: { readonly maxTokens: number | undefined; readonly device: string | undefined };
}

/** @throws MODEL_NOT_FOUND, MODEL_FILES_MISSING, MODEL_CHECKSUM, MODEL_LOAD, MODEL_UNSUPPORTED, MODEL_MEMORY, MODEL_DEVICE */
export async function openModelThreads(
  kind: ModelThreadSettings['kind'],
  options: ModelThreadsOptions,
): Promise<OpenModelThreads> {
  const model = await prepareModel(options.model, options);
  const { folder, name, graphs } = model;
  const { device, notes } = await chooseDevice(options.device);
  options.hooks?.onLoad?.({ phase: 'load', model: name });
  const { batchTokens, maxTokens, isolate } = options;
  const session = { device, threads: options.sessionThreads, spinning: options.spinning };
  const workers = options.threads ?? 1;
  const graph = join(folder, graphs[0]!);
  cacheRoom({ graph, files: withData(graph), workers }, options.memoryLimitBytes);
  const settings = { kind, folder, file: graphs[0], batchTokens, maxTokens, session, isolate };
  const threads = await ModelThreads.start(settings, workers);
  options.hooks?.onLoad?.({ phase: 'ready', model: name });
  return { model, threads, notes, settings: { maxTokens, device: device === 'cpu' ? undefined : device } };
}
