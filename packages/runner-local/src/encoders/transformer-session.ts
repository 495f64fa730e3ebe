import { join } from 'node:path';
import { AssayError, type ErrorData, toAssayError } from '@assay/core/errors';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { cacheArray } from '../layouts/cache-array.ts';
import { cacheTensor } from '../layouts/cache-tensor.ts';
import { openSession, type SessionSettings } from '../runtime/open-session.ts';
import { lengthBatches } from './length-batches.ts';
import { chooseOnnxFile, quantisesByBatch } from './onnx-session.ts';
import type { EncodedText } from './text-tokenizer.ts';

/** Tokens in a batch that suit a CPU's caches best: measured on MiniLM, 256 to 512 beat 4,096 by a third. */
const BATCH_TOKENS = 512;

/** Outputs of one batch and which rows of the window they are. */
export interface SessionBatch {
  readonly rows: readonly number[];
  /** Tokens of the longest row, to which the others are padded. */
  readonly width: number;
  readonly outputs: Readonly<Record<string, Tensor>>;
}

export interface SessionFailure {
  readonly rows: readonly [number];
  readonly error: ErrorData;
}

/** An encoder-shaped graph: token ids in, hidden states or logits out. */
export class TransformerSession {
  /** ONNX file within the folder. */
  readonly file: string;
  /** A text's answer does not depend on the texts beside it. */
  readonly isBatchInvariant: boolean;
  readonly outputNames: readonly string[];
  readonly #session: InferenceSession;
  readonly #batchTokens: number;
  readonly #padId: number;

  private constructor(file: string, session: InferenceSession, batchTokens: number, invariant: boolean, padId: number) {
    this.file = file;
    this.isBatchInvariant = invariant;
    this.outputNames = session.outputNames;
    this.#session = session;
    this.#batchTokens = batchTokens;
    this.#padId = padId;
  }

  static async open(
    folder: string,
    padId: number,
    options: {
      readonly file?: string | undefined;
      readonly batchTokens?: number | undefined;
      readonly session?: SessionSettings | undefined;
    },
  ): Promise<TransformerSession> {
    const file = chooseOnnxFile(folder, options.file);
    const path = join(folder, file);
    const [session, byBatch] = [await openSession(path, options.session), await quantisesByBatch(path)];
    const unknown = session.inputMetadata.find(
      (input) => !INPUTS.has(input.name) && pastShape(input) === undefined,
    )?.name;
    if (unknown !== undefined) {
      await session.release();
      throw new AssayError('MODEL_UNSUPPORTED', `${path} wants an input "${unknown}", which is not an encoder's`, {
        hint: 'An encoder takes input_ids, attention_mask and token_type_ids; a decoder also past_key_values of fixed size.',
      });
    }
    // One text a batch where neighbours would change an answer, unless the caller says otherwise.
    const batchTokens = options.batchTokens ?? (byBatch ? 1 : BATCH_TOKENS);
    return new TransformerSession(file, session, batchTokens, !byBatch || batchTokens === 1, padId);
  }

  /** Runs texts in batches of like length. A batch that fails is run again one text at a time, so only bad rows fail. */
  async *run(texts: readonly EncodedText[], outputs: readonly string[]): AsyncGenerator<SessionBatch | SessionFailure> {
    const lengths = texts.map(({ ids }) => ids.length);
    for (const rows of lengthBatches(lengths, this.#batchTokens)) {
      const tried = await this.#runRows(texts, rows, outputs);
      if ('outputs' in tried || rows.length === 1) yield tried;
      else for (const row of rows) yield await this.#runRows(texts, [row], outputs);
    }
  }

  async close(): Promise<void> {
    await this.#session.release();
  }

  async #runRows(
    texts: readonly EncodedText[],
    rows: readonly number[],
    names: readonly string[],
  ): Promise<SessionBatch | SessionFailure> {
    const width = Math.max(...rows.map((row) => texts[row]!.ids.length));
    try {
      const feeds = this.#feeds(
        rows.map((row) => texts[row]!),
        width,
      );
      const outputs = (await this.#session.run(feeds, [...names])) as Record<string, Tensor>;
      return { rows, width, outputs };
    } catch (thrown) {
      return { rows: [rows[0]!], error: toAssayError(thrown, 'RUNNER_FAILED').toData() };
    }
  }

  #feeds(texts: readonly EncodedText[], width: number): Record<string, Tensor> {
    const feeds: Record<string, Tensor> = {};
    for (const metadata of this.#session.inputMetadata) {
      const wide = !metadata.isTensor || metadata.type !== 'int32';
      const past = pastShape(metadata);
      if (past !== undefined) {
        feeds[metadata.name] = cacheTensor(cacheArray(past.element, 0), [texts.length, past.heads, 0, past.headSize]);
        continue;
      }
      const { buffer, words, stride } = integers(texts.length * width, wide);
      const valueAt = INPUTS.get(metadata.name)!;
      for (const [row, text] of texts.entries()) {
        for (let at = 0; at < width; at++) words[(row * width + at) * stride] = valueAt(text, at, this.#padId);
      }
      feeds[metadata.name] = new Tensor(wide ? 'int64' : 'int32', buffer as BigInt64Array, [texts.length, width]);
    }
    return feeds;
  }
}

/** A decoder that makes vectors takes keys and values of tokens before, which a text does not have. */
function pastShape(input: InferenceSession.ValueMetadata) {
  if (!input.isTensor || !/^past_key_values\.\d+\.(key|value)$/.test(input.name)) return undefined;
  const [, heads, , headSize] = input.shape;
  const { type: element } = input;
  if (typeof heads !== 'number' || typeof headSize !== 'number') return undefined;
  return element === 'float32' || element === 'float16' ? { heads, headSize, element } : undefined;
}

/** Value of each known input at a position of a row. */
const INPUTS: ReadonlyMap<string, (text: EncodedText, at: number, padId: number) => number> = new Map([
  ['input_ids', (text, at, padId) => text.ids[at] ?? padId],
  ['attention_mask', (text, at) => (at < text.ids.length ? 1 : 0)],
  ['token_type_ids', (text, at) => text.typeIds[at] ?? 0],
  ['position_ids', (_, at) => at],
]);

/** Ids are small and not negative: writing the low words of 64-bit integers avoids a BigInt for each. */
function integers(
  count: number,
  wide: boolean,
): { readonly buffer: BigInt64Array | Int32Array; readonly words: Int32Array; readonly stride: number } {
  if (!wide) {
    const words = new Int32Array(count);
    return { buffer: words, words, stride: 1 };
  }
  const buffer = new BigInt64Array(count);
  return { buffer, words: new Int32Array(buffer.buffer), stride: 2 };
}
