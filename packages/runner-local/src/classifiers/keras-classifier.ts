import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError, toAssayError } from '@assay/core/errors';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { BatchAnswerBuilder } from '../encoders/batch-answer-builder.ts';
import { chooseOnnxFile } from '../encoders/onnx-session.ts';
import { largestOfPieces, PieceMerger } from '../encoders/piece-merger.ts';
import type { ModelConfig } from '../models/model-config.ts';
import { openSession } from '../runtime/open-session.ts';
import { onlyOneText } from '../threads/only-one-text.ts';
import type { BatchAnswer, ModelText, ModelThreadSettings, TextModel, TextTask } from '../threads/text-model.ts';
import { type ClassifierInfo, labelsOf } from './classifier-info.ts';
import { KerasTokenizer } from './keras-tokenizer.ts';
import { sigmoid } from './probabilities.ts';

/** Texts in a batch: 16 to 64 are equally quick, hundreds are slower. */
const BATCH_ROWS = 32;

/** Loads the embedded toxicity model or one built like it. @throws MODEL_FILES_MISSING, MODEL_UNSUPPORTED, MODEL_LOAD */
export async function loadKerasClassifier(settings: ModelThreadSettings, config: ModelConfig): Promise<TextModel> {
  const vocabulary = join(settings.folder, 'vocab.txt');
  if (!existsSync(vocabulary)) {
    throw new AssayError('MODEL_FILES_MISSING', `${settings.folder} has no vocab.txt`);
  }
  const tokenizer = new KerasTokenizer(readFileSync(vocabulary, 'utf8'), config);
  const file = chooseOnnxFile(settings.folder, settings.file);
  const session = await openSession(join(settings.folder, file), settings.session);
  return new KerasClassifier(tokenizer, session, {
    file,
    labels: labelsOf(config, settings.folder),
    activation: 'sigmoid',
    maxTokens: tokenizer.maxTokens,
    isBatchInvariant: true,
    isInference: false,
  });
}

class KerasClassifier implements TextModel {
  readonly info: ClassifierInfo;
  readonly #tokenizer: KerasTokenizer;
  readonly #session: InferenceSession;

  constructor(tokenizer: KerasTokenizer, session: InferenceSession, info: ClassifierInfo) {
    this.#tokenizer = tokenizer;
    this.#session = session;
    this.info = info;
  }

  async *evaluate(texts: readonly ModelText[], task: TextTask): AsyncGenerator<BatchAnswer> {
    if (task.kind !== 'labels') {
      throw new AssayError('RUNNER_CAPABILITY', `a word classifier cannot answer "${task.kind}"`, {
        hint: 'Zero-shot labels need a model trained on natural-language inference.',
      });
    }
    const { whole } = task;
    const failures = new BatchAnswerBuilder();
    const pieces: number[][] = [];
    const rows: number[] = [];
    for (const [row, given] of texts.entries()) {
      try {
        const text = onlyOneText(given);
        const own = whole === true ? this.#tokenizer.encodePieces(text) : [this.#tokenizer.encode(text)];
        pieces.push(...own);
        rows.push(...own.map(() => row));
      } catch (thrown) {
        failures.fail(row, toAssayError(thrown, 'RUNNER_FAILED').toData());
      }
    }
    const failed = failures.build();
    if (failed.failures.length > 0) yield failed;
    const merger = new PieceMerger(rows, largestOfPieces);
    for (let start = 0; start < pieces.length; start += BATCH_ROWS) {
      const answer = new BatchAnswerBuilder();
      const batch = pieces.slice(start, start + BATCH_ROWS);
      for (const [index, values] of (await this.#scores(batch)).entries()) {
        merger.add(answer, start + index, { values, tokens: batch[index]!.length });
      }
      yield answer.build();
    }
  }

  async close(): Promise<void> {
    await this.#session.release();
  }

  /** Scores of each text in the order of the labels. */
  async #scores(texts: readonly (readonly number[])[]): Promise<Float32Array[]> {
    const width = this.#tokenizer.maxTokens;
    const ids = new BigInt64Array(texts.length * width);
    // Ids are small: the low word of each 64-bit integer is all there is to write.
    const words = new Int32Array(ids.buffer);
    for (const [row, text] of texts.entries()) {
      // The model was trained with zeros in front and reads them, so their number is part of the input.
      const first = row * width + width - text.length;
      for (const [at, id] of text.entries()) words[(first + at) * 2] = id;
    }
    const { logits } = await this.#session.run({ input_ids: new Tensor('int64', ids, [texts.length, width]) });
    const values = logits!.data as Float32Array;
    const labels = this.info.labels.length;
    return texts.map((_, row) => values.subarray(row * labels, (row + 1) * labels).map(sigmoid));
  }
}
