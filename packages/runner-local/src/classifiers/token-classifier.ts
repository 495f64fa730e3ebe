import { AssayError, type ErrorData } from '@assay/core/errors';
import { BatchAnswerBuilder } from '../encoders/batch-answer-builder.ts';
import { encodeEach } from '../encoders/encode-each.ts';
import { floatValues } from '../encoders/float-values.ts';
import type { EncodedText, TextTokenizer } from '../encoders/text-tokenizer.ts';
import type { TransformerSession } from '../encoders/transformer-session.ts';
import { readVocabulary, type Vocabulary } from '../generation/vocabulary.ts';
import type { ModelConfig } from '../models/model-config.ts';
import type { BatchAnswer, ModelText, ModelThreadSettings, TextModel, TextTask } from '../threads/text-model.ts';
import type { ClassifierInfo } from './classifier-info.ts';
import { openClassifier } from './open-classifier.ts';
import { softmax } from './probabilities.ts';
import { type TokenOffset, tokenOffsets } from './token-offsets.ts';
import { spanLabels, type TokenLabel, tokenSpans, writeSpans } from './token-spans.ts';

/** Tokens of context on each side of a piece of a long text, whose labels are taken from the piece beside it. */
const CONTEXT = 64;
/** Longest text whose offsets cross threads exactly, as 32-bit floats. */
const MOST_CHARACTERS = 2 ** 24;

/** An input, and which of its tokens are labelled as which of the text's. */
interface Piece extends EncodedText {
  /** Place of the first labelled token within the input. */
  readonly from: number;
  /** The text's tokens that it labels. */
  readonly tokens: readonly [start: number, end: number];
  readonly offsets: readonly TokenOffset[];
}

/** @throws MODEL_FILES_MISSING, MODEL_LOAD, MODEL_UNSUPPORTED */
export async function loadTokenClassifier(settings: ModelThreadSettings, config: ModelConfig): Promise<TextModel> {
  const { labels, tokenizer, session } = await openClassifier(settings, config, 'token');
  return new TokenClassifier(tokenizer, session, readVocabulary(settings.folder), labels);
}

/** Labels each token of a text, and joins neighbours to spans. A long text is read whole, in pieces that overlap. */
class TokenClassifier implements TextModel {
  readonly info: ClassifierInfo & { readonly spanLabels: readonly string[] };
  readonly #tokenizer: TextTokenizer;
  readonly #session: TransformerSession;
  readonly #vocabulary: Vocabulary;

  constructor(
    tokenizer: TextTokenizer,
    session: TransformerSession,
    vocabulary: Vocabulary,
    labels: readonly string[],
  ) {
    this.#tokenizer = tokenizer;
    this.#session = session;
    this.#vocabulary = vocabulary;
    this.info = {
      ...{ file: session.file, labels, activation: 'softmax', maxTokens: tokenizer.maxTokens, isInference: false },
      isBatchInvariant: session.isBatchInvariant,
      spanLabels: spanLabels(labels),
    };
  }

  async *evaluate(texts: readonly ModelText[], task: TextTask): AsyncGenerator<BatchAnswer> {
    if (task.kind !== 'labels')
      throw new AssayError('RUNNER_CAPABILITY', `a classifier of tokens cannot answer "${task.kind}"`);
    const encoded = encodeEach(texts, (text) => (typeof text === 'string' ? this.#pieces(text) : [this.#pair(text)]));
    if (encoded.failures.length > 0) yield encoded.failed();
    const open = new Map<number, number>();
    for (const row of encoded.rows) open.set(row, (open.get(row) ?? 0) + 1);
    const labelled = new Map<number, TokenLabel[]>();
    const failures = new Map<number, ErrorData>();
    for await (const batch of this.#session.run(encoded.texts, ['logits'])) {
      const answer = new BatchAnswerBuilder();
      for (const [index, at] of batch.rows.entries()) {
        const row = encoded.rows[at]!;
        const tokens = labelled.get(row) ?? [];
        labelled.set(row, tokens);
        if ('error' in batch) failures.set(row, batch.error);
        else {
          const logits = floatValues(batch.outputs.logits!);
          if (!this.#label(logits, index * batch.width, encoded.texts[at]!, tokens))
            failures.set(row, this.#notFinite());
        }
        open.set(row, open.get(row)! - 1);
        if (open.get(row) === 0) this.#answer(answer, row, tokens, failures.get(row));
      }
      yield answer.build();
    }
  }

  async close(): Promise<void> {
    await this.#session.close();
  }

  #pieces(text: string): Piece[] {
    checkLength(text);
    const ids = this.#tokenizer.bodyOf(text);
    const offsets = tokenOffsets(text, ids, this.#vocabulary, this.#tokenizer.unknownId);
    const { maxTokens, prefixLength, suffixLength } = this.#tokenizer;
    const room = Math.max(1, maxTokens - prefixLength - suffixLength);
    if (ids.length <= room) return [this.#piece(ids, offsets, [0, ids.length], [0, ids.length])];
    const context = Math.min(CONTEXT, Math.floor(room / 4));
    const own = room - 2 * context;
    return Array.from({ length: Math.ceil(ids.length / own) }, (_, piece) => {
      const [start, end] = [piece * own, Math.min(ids.length, (piece + 1) * own)];
      return this.#piece(
        ids,
        offsets,
        [Math.max(0, start - context), Math.min(ids.length, end + context)],
        [start, end],
      );
    });
  }

  #piece(
    ids: readonly number[],
    offsets: readonly TokenOffset[],
    [from, to]: readonly [number, number],
    tokens: readonly [number, number],
  ): Piece {
    const framed = this.#tokenizer.framed(ids.slice(from, to));
    return { ...framed, from: this.#tokenizer.prefixLength + tokens[0] - from, tokens, offsets };
  }

  /** The second text is labelled, as an answer beside its source; the first is cut where both are too long. */
  #pair([first, second]: readonly [string, string]): Piece {
    checkLength(second);
    const encoded = this.#tokenizer.encodePair(first, second, 'first');
    const ids = this.#tokenizer.bodyOf(second);
    const from = encoded.ids.length - this.#tokenizer.suffixLength - ids.length;
    const offsets = tokenOffsets(second, ids, this.#vocabulary, this.#tokenizer.unknownId);
    return { ...encoded, from, tokens: [0, ids.length], offsets };
  }

  /** @param first row of logits where the input begins. @returns whether all that it read are numbers */
  #label(logits: Float32Array, first: number, piece: Piece, labelled: TokenLabel[]): boolean {
    const { labels } = this.info;
    const [start, end] = piece.tokens;
    for (let token = start; token < end; token++) {
      const row = (first + piece.from + token - start) * labels.length;
      const own = logits.subarray(row, row + labels.length);
      if (!own.every(Number.isFinite)) return false;
      const scores = softmax(own);
      const best = scores.indexOf(Math.max(...scores));
      labelled[token] = { label: labels[best]!, score: scores[best]!, offset: piece.offsets[token]! };
    }
    return true;
  }

  #answer(
    answer: BatchAnswerBuilder,
    row: number,
    tokens: readonly TokenLabel[],
    failure: ErrorData | undefined,
  ): void {
    if (failure !== undefined) answer.fail(row, failure);
    else answer.add(row, writeSpans(tokenSpans(tokens), this.info.spanLabels));
  }

  #notFinite(): ErrorData {
    const hint = 'A half-precision export may overflow on this text: use the fp32 or int8 file.';
    const message = `${this.#session.file} answered with a number that is not finite`;
    return new AssayError('RUNNER_FAILED', message, { hint }).toData();
  }
}

function checkLength(text: string): void {
  if (text.length < MOST_CHARACTERS) return;
  throw new AssayError(
    'RUNNER_PROMPT_TOO_LONG',
    `a text has ${text.length} characters, and ${MOST_CHARACTERS} are the most`,
    {
      hint: 'Cut it into parts.',
    },
  );
}
