import { join } from 'node:path';
import { AssayError, type Embedding, type Failed, type Stream, type TextInput } from '@assay/core';
import { idWith, type PreparedModel, type PrepareModelOptions, prepareModel } from '../models/prepare-model.ts';
import { chooseDevice, type Device } from '../runtime/device.ts';
import { ModelThreads } from '../threads/model-threads.ts';
import { cacheRoom, withData } from '../worker/memory-estimate.ts';
import type { EncoderInfo } from './encoder-model.ts';

export interface EncoderOptions extends PrepareModelOptions {
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

/** Token vectors of one text, for BERTScore. */
export type TokenEmbeddings =
  | {
      readonly id: string;
      readonly ok: true;
      /** One vector of length 1 a token, special tokens included, as BERTScore matches against them too. */
      readonly vectors: readonly Float32Array[];
      /** 1 for a token of the text, 0 for a special one such as [CLS] and [SEP]. */
      readonly weights: Float64Array;
    }
  | Failed;

export interface EncodeOptions {
  /**
   * Texts longer than the model reads are read piece by piece: their vector is the mean of the pieces' by tokens, their
   * token vectors stand behind each other. Otherwise they are cut. @default false
   */
  readonly whole?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface EmbedTextsOptions extends EncodeOptions {
  /** Which of the model's own prompts stands before each text. @default the one that the model names, or none */
  readonly prompt?: string | undefined;
}

export interface TokenEmbeddingsOptions extends EncodeOptions {
  /** Hidden layer, 0 being the embeddings. @default the last */
  readonly layer?: number | undefined;
}

/** Texts to vectors, in threads of its own. Answers come in completion order; a failed text is data. */
export interface Encoder {
  /** `local:NAME@sha256:DIGEST`, then settings that change its answers */
  readonly id: string;
  /** What a reader of its answers should know of how they come about. */
  readonly notes: readonly string[];
  readonly info: EncoderInfo;
  /** @throws USAGE for a prompt that the model does not have */
  embed(texts: Stream<TextInput>, options?: EmbedTextsOptions): AsyncIterable<Embedding>;
  /** @throws MODEL_UNSUPPORTED for a layer that the export does not give */
  tokenEmbeddings(texts: Stream<TextInput>, options?: TokenEmbeddingsOptions): AsyncIterable<TokenEmbeddings>;
  /** Releases threads and sessions. */
  close(): Promise<void>;
}

/** @throws MODEL_NOT_FOUND, MODEL_FILES_MISSING, MODEL_CHECKSUM, MODEL_LOAD, MODEL_UNSUPPORTED, MODEL_MEMORY, MODEL_DEVICE */
export async function createEncoder(options: EncoderOptions): Promise<Encoder> {
  const model = await prepareModel(options.model, options);
  const { folder, name, graphs } = model;
  const { device, notes } = await chooseDevice(options.device);
  options.hooks?.onLoad?.({ phase: 'load', model: name });
  const { batchTokens, maxTokens, isolate } = options;
  const session = { device, threads: options.sessionThreads, spinning: options.spinning };
  const settings = { kind: 'encoder', folder, file: graphs[0], batchTokens, maxTokens, session, isolate } as const;
  const workers = options.threads ?? 1;
  const graph = join(folder, graphs[0]!);
  cacheRoom({ graph, files: withData(graph), workers }, options.memoryLimitBytes);
  const threads = await ModelThreads.start(settings, workers);
  options.hooks?.onLoad?.({ phase: 'ready', model: name });
  const place = device === 'cpu' ? undefined : device;
  return new ThreadedEncoder(idWith(model, { maxTokens, device: place }), notes, threads);
}

class ThreadedEncoder implements Encoder {
  readonly id: string;
  readonly notes: readonly string[];
  readonly info: EncoderInfo;
  readonly #threads: ModelThreads;

  constructor(id: string, notes: readonly string[], threads: ModelThreads) {
    this.id = id;
    this.notes = notes;
    this.info = threads.info as EncoderInfo;
    this.#threads = threads;
  }

  async *embed(texts: Stream<TextInput>, { whole, prompt, signal }: EmbedTextsOptions = {}) {
    if (prompt !== undefined) requirePrompt(prompt, this.info);
    for await (const answer of this.#threads.evaluate(texts, { kind: 'vector', whole, prompt }, { signal })) {
      const embedding: Embedding = answer.ok ? { id: answer.id, ok: true, vector: answer.values } : answer;
      yield embedding;
    }
  }

  async *tokenEmbeddings(texts: Stream<TextInput>, { layer, whole, signal }: TokenEmbeddingsOptions = {}) {
    this.#requireLayer(layer);
    for await (const answer of this.#threads.evaluate(texts, { kind: 'tokens', layer, whole }, { signal })) {
      const embeddings: TokenEmbeddings = answer.ok
        ? { id: answer.id, ok: true, ...splitTokens(answer.values, answer.width, this.info) }
        : answer;
      yield embeddings;
    }
  }

  async close(): Promise<void> {
    await this.#threads.close();
  }

  #requireLayer(layer: number | undefined): void {
    const { layers, file } = this.info;
    if (layer === undefined || layers.includes(layer)) return;
    const message = `${file} gives no hidden states of layer ${layer}`;
    const has = layers.length === 0 ? 'it gives the last layer alone' : `it gives layers ${layers.join(', ')}`;
    throw new AssayError('MODEL_UNSUPPORTED', message, {
      hint: `${has}; export the encoder with output_hidden_states, or leave the layer out`,
    });
  }
}

function requirePrompt(prompt: string, { file, prompts }: EncoderInfo): void {
  if (prompts.includes(prompt)) return;
  throw new AssayError('USAGE', `the model of ${file} has no prompt ${JSON.stringify(prompt)}`, {
    hint: prompts.length === 0 ? 'It has none: leave the prompt out.' : `It has ${prompts.join(', ')}.`,
  });
}

function splitTokens(
  values: Float32Array,
  width: number,
  info: EncoderInfo,
): { readonly vectors: readonly Float32Array[]; readonly weights: Float64Array } {
  const tokens = values.length / width;
  const vectors = Array.from({ length: tokens }, (_, token) => values.subarray(token * width, (token + 1) * width));
  const weights = new Float64Array(tokens).fill(
    1,
    info.prefixTokens,
    Math.max(info.prefixTokens, tokens - info.suffixTokens),
  );
  return { vectors, weights };
}
