import { AssayError, type Embedding, type Failed, type Stream, type TextInput } from '@assay/core';
import { idWith } from '../models/prepare-model.ts';
import type { ModelThreads } from '../threads/model-threads.ts';
import { type ModelThreadsOptions, openModelThreads } from '../threads/open-model-threads.ts';
import type { EncoderInfo } from './encoder-model.ts';

export type EncoderOptions = ModelThreadsOptions;

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
  const { model, threads, notes, settings } = await openModelThreads('encoder', options);
  return new ThreadedEncoder(idWith(model, settings), notes, threads);
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
