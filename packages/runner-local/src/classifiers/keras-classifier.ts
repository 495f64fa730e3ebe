import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError, toAssayError } from '@assay/core/errors';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { BatchAnswerBuilder } from '../encoders/batch-answer-builder.ts';
import { chooseOnnxFile } from '../encoders/onnx-session.ts';
import type { ModelConfig } from '../models/model-config.ts';
import { openSession } from '../runtime/open-session.ts';
import type { BatchAnswer, ModelThreadSettings, TextModel, TextTask } from '../threads/text-model.ts';
import { type ClassifierInfo, labelsOf } from './classifier-model.ts';
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

  async *evaluate(texts: readonly string[], task: TextTask): AsyncGenerator<BatchAnswer> {
    if (task.kind !== 'labels') {
      throw new AssayError('RUNNER_CAPABILITY', `a word classifier cannot answer "${task.kind}"`, {
        hint: 'Zero-shot labels need a model trained on natural-language inference.',
      });
    }
    for (let start = 0; start < texts.length; start += BATCH_ROWS) {
      yield await this.#batch(texts.slice(start, start + BATCH_ROWS), start);
    }
  }

  async close(): Promise<void> {
    await this.#session.release();
  }

  async #batch(texts: readonly string[], start: number): Promise<BatchAnswer> {
    const answer = new BatchAnswerBuilder();
    const rows: number[] = [];
    const width = this.#tokenizer.maxTokens;
    const ids = new BigInt64Array(texts.length * width);
    // Ids are small: the low word of each 64-bit integer is all there is to write.
    const words = new Int32Array(ids.buffer);
    for (const [index, text] of texts.entries()) {
      try {
        const encoded = this.#tokenizer.encode(text);
        // The model was trained with zeros in front and reads them, so their number is part of the input.
        const first = rows.length * width + width - encoded.length;
        for (const [at, id] of encoded.entries()) words[(first + at) * 2] = id;
        rows.push(start + index);
      } catch (thrown) {
        answer.fail(start + index, toAssayError(thrown, 'RUNNER_FAILED').toData());
      }
    }
    if (rows.length === 0) return answer.build();
    const input = new Tensor('int64', ids.subarray(0, rows.length * width), [rows.length, width]);
    const { logits } = await this.#session.run({ input_ids: input });
    const values = logits!.data as Float32Array;
    const labels = this.info.labels.length;
    for (const [index, row] of rows.entries()) {
      answer.add(row, values.subarray(index * labels, (index + 1) * labels).map(sigmoid));
    }
    return answer.build();
  }
}
