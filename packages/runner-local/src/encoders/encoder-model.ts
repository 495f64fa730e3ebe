import { AssayError, type ErrorData } from '@assay/core/errors';
import { readModelConfig } from '../models/model-config.ts';
import { onlyOneText } from '../threads/only-one-text.ts';
import type { BatchAnswer, ModelText, ModelThreadSettings, TextModel, TextTask } from '../threads/text-model.ts';
import { BatchAnswerBuilder } from './batch-answer-builder.ts';
import { readDenseHeads } from './dense-heads.ts';
import { encodeEach } from './encode-each.ts';
import { floatValues } from './float-values.ts';
import { meanOfPieces, type PieceAnswer, PieceMerger } from './piece-merger.ts';
import { type Pooling, type PoolingMode, pool, readPooling, toUnitLength } from './pooling.ts';
import { readTaskPrompts, type TaskPrompts } from './task-prompts.ts';
import { type EncodedText, TextTokenizer } from './text-tokenizer.ts';
import { type SessionBatch, TransformerSession } from './transformer-session.ts';

/** What an encoder tells about itself once loaded. */
export interface EncoderInfo {
  /** ONNX file in use, relative to the model's folder. */
  readonly file: string;
  /** Longest text in tokens; longer ones are cut, as the model's own library does. */
  readonly maxTokens: number;
  readonly pooling: readonly PoolingMode[];
  readonly isNormalised: boolean;
  /** A text's vector does not depend on the texts beside it. */
  readonly isBatchInvariant: boolean;
  /** Special tokens around each text, which BERTScore weighs 0. */
  readonly prefixTokens: number;
  readonly suffixTokens: number;
  /** Names of its own prompts, which stand before a text by the task that its vector is for. */
  readonly prompts: readonly string[];
  /** Hidden layers that token vectors can be taken from, beside the last. */
  readonly layers: readonly number[];
}

/** Output names that exports use for token vectors. */
const TOKEN_OUTPUTS = ['last_hidden_state', 'token_embeddings', 'hidden_states'];
const SENTENCE_OUTPUTS = ['sentence_embedding', 'sentence_embeddings', 'text_embeds', 'embeddings'];

/** Loads an encoder into this thread. @throws MODEL_FILES_MISSING, MODEL_LOAD, MODEL_UNSUPPORTED */
export async function loadEncoderModel(settings: ModelThreadSettings): Promise<TextModel> {
  const { folder, file, batchTokens, session: how } = settings;
  const tokenizer = new TextTokenizer(folder, readModelConfig(folder), settings.maxTokens);
  const found = readPooling(folder);
  const pooling = { ...found, heads: await readDenseHeads(folder, found.dense) };
  const session = await TransformerSession.open(folder, tokenizer.padId, { file, batchTokens, session: how });
  try {
    return new EncoderModel(tokenizer, session, pooling, readTaskPrompts(folder));
  } catch (thrown) {
    await session.close();
    throw thrown;
  }
}

class EncoderModel implements TextModel {
  readonly info: EncoderInfo;
  readonly #tokenizer: TextTokenizer;
  readonly #session: TransformerSession;
  readonly #pooling: Pooling;
  readonly #prompts: TaskPrompts;
  /** Output with token vectors. */
  readonly #lastLayer: string | undefined;
  /** Output that is a sentence vector already. */
  readonly #sentence: string | undefined;

  constructor(tokenizer: TextTokenizer, session: TransformerSession, pooling: Pooling, prompts: TaskPrompts) {
    this.#tokenizer = tokenizer;
    this.#prompts = prompts;
    this.#session = session;
    this.#pooling = pooling;
    const { outputNames } = session;
    this.#lastLayer = TOKEN_OUTPUTS.find((name) => outputNames.includes(name));
    const others = [...(pooling.heads === undefined ? ['Dense'] : []), ...pooling.otherModules];
    const mustBeInside = others.length > 0 || this.#lastLayer === undefined;
    const mayBeInside = mustBeInside || pooling.dense.length > 0;
    this.#sentence = mayBeInside ? SENTENCE_OUTPUTS.find((name) => outputNames.includes(name)) : undefined;
    if (mustBeInside && this.#sentence === undefined) throw noVector(session, others);
    this.info = {
      file: session.file,
      maxTokens: tokenizer.maxTokens,
      pooling: pooling.modes,
      isNormalised: pooling.normalise,
      isBatchInvariant: session.isBatchInvariant,
      prefixTokens: tokenizer.prefixLength,
      suffixTokens: tokenizer.suffixLength,
      prompts: [...prompts.byName.keys()],
      layers: outputNames.flatMap((name) => /^hidden_states\.(\d+)$/.exec(name)?.slice(1).map(Number) ?? []),
    };
  }

  async *evaluate(texts: readonly ModelText[], task: TextTask): AsyncGenerator<BatchAnswer> {
    const output = this.#outputFor(task);
    if (output === undefined || (task.kind !== 'tokens' && task.kind !== 'vector')) {
      throw new AssayError('RUNNER_CAPABILITY', `this encoder cannot answer "${task.kind}"`, {
        hint: 'Its export has no token vectors: use one with an output last_hidden_state.',
      });
    }
    const { kind, whole } = task;
    const prompt = task.kind === 'vector' ? this.#promptOf(task.prompt) : '';
    const encoded = encodeEach(texts, (text) => {
      const prompted = prompt + onlyOneText(text);
      return whole === true ? this.#tokenizer.encodePieces(prompted) : [this.#tokenizer.encode(prompted)];
    });
    // Some models are told their task and leave the telling out of the mean.
    const skipped = this.#pooling.includesPrompt || prompt === '' ? 0 : this.#tokenizer.lengthOf(prompt);
    if (encoded.failures.length > 0) yield encoded.failed();
    let width = 0;
    const merger = new PieceMerger(encoded.rows, (pieces) => this.#merge(pieces, kind, width));
    for await (const batch of this.#session.run(encoded.texts, [output])) {
      const answer = new BatchAnswerBuilder();
      if ('error' in batch) merger.fail(answer, batch.rows[0], batch.error);
      else {
        width = batch.outputs[output]!.dims.at(-1)!;
        answer.width = width;
        for (const [at, found] of this.#read(batch, output, kind, encoded.texts, skipped)) {
          if (found.values.every(Number.isFinite)) merger.add(answer, at, found);
          else merger.fail(answer, at, notFinite(this.#session.file));
        }
      }
      yield answer.build();
    }
  }

  async close(): Promise<void> {
    await this.#session.close();
  }

  #promptOf(name: string | undefined): string {
    return this.#prompts.byName.get(name ?? this.#prompts.preferred ?? '') ?? '';
  }

  #outputFor(task: TextTask): string | undefined {
    if (task.kind !== 'tokens') return this.#sentence ?? this.#lastLayer;
    return task.layer === undefined ? this.#lastLayer : `hidden_states.${task.layer}`;
  }

  *#read(
    batch: SessionBatch,
    output: string,
    kind: 'tokens' | 'vector',
    texts: readonly EncodedText[],
    skipped: number,
  ): Generator<readonly [piece: number, found: PieceAnswer]> {
    const tensor = batch.outputs[output]!;
    const values = floatValues(tensor);
    const width = tensor.dims.at(-1)!;
    const isSentence = tensor.dims.length === 2;
    const size = isSentence ? width : batch.width * width;
    for (const [index, at] of batch.rows.entries()) {
      const tokens = texts[at]!.ids.length;
      const own = values.subarray(index * size, (index + 1) * size);
      const seen = own.subarray(isSentence ? 0 : skipped * width);
      yield [at, { values: this.#values(seen, isSentence, kind, tokens - skipped, width), tokens }];
    }
  }

  /** A text of several pieces has one opening and one closing, as it would have in one piece. */
  #merge(pieces: readonly PieceAnswer[], kind: 'tokens' | 'vector', width: number): Float32Array {
    if (kind === 'vector') {
      const mean = meanOfPieces(pieces);
      return this.#pooling.normalise ? toUnitLength(mean) : mean;
    }
    const { prefixLength, suffixLength } = this.#tokenizer;
    const parts = pieces.map(({ values, tokens }, piece) => {
      const from = piece === 0 ? 0 : prefixLength;
      const to = piece === pieces.length - 1 ? tokens : tokens - suffixLength;
      return values.subarray(from * width, to * width);
    });
    const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  #values(
    own: Float32Array,
    isSentence: boolean,
    kind: 'tokens' | 'vector',
    tokens: number,
    width: number,
  ): Float32Array {
    if (kind === 'vector' && !isSentence) return pool(own, tokens, width, this.#pooling);
    if (kind === 'vector') return this.#pooling.normalise ? toUnitLength(own.slice()) : own;
    const vectors = own.slice(0, tokens * width);
    for (let token = 0; token < tokens; token++) toUnitLength(vectors.subarray(token * width, (token + 1) * width));
    return vectors;
  }
}

function notFinite(file: string): ErrorData {
  const hint = 'A half-precision export may overflow on this text: use the fp32 or int8 file.';
  return new AssayError('RUNNER_FAILED', `${file} answered with a number that is not finite`, { hint }).toData();
}

function noVector(session: TransformerSession, others: readonly string[]): AssayError {
  const why =
    others.length > 0
      ? `its sentence vector needs ${others.join(', ')}, which the graph does not hold`
      : `it answers ${session.outputNames.join(', ')}`;
  return new AssayError('MODEL_UNSUPPORTED', `${session.file} gives no vectors: ${why}`, {
    hint: 'Export it for feature extraction, with an output last_hidden_state or sentence_embedding.',
  });
}
