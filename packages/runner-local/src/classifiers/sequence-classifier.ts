import { AssayError, type ErrorData } from '@assay/core/errors';
import { BatchAnswerBuilder } from '../encoders/batch-answer-builder.ts';
import { encodeEach } from '../encoders/encode-each.ts';
import { floatValues } from '../encoders/float-values.ts';
import { largestOfPieces, meanOfPieces, PieceMerger } from '../encoders/piece-merger.ts';
import type { TextTokenizer } from '../encoders/text-tokenizer.ts';
import type { TransformerSession } from '../encoders/transformer-session.ts';
import type { ModelConfig } from '../models/model-config.ts';
import { onlyOneText } from '../threads/only-one-text.ts';
import type { BatchAnswer, ModelText, ModelThreadSettings, TextModel, TextTask } from '../threads/text-model.ts';
import type { ClassifierInfo } from './classifier-info.ts';
import { openClassifier } from './open-classifier.ts';
import { sigmoid, softmax } from './probabilities.ts';

/** Loads a transformer with a classification head. @throws MODEL_FILES_MISSING, MODEL_LOAD, MODEL_UNSUPPORTED */
export async function loadSequenceClassifier(settings: ModelThreadSettings, config: ModelConfig): Promise<TextModel> {
  const { labels, tokenizer, session } = await openClassifier(settings, config, 'text');
  return new SequenceClassifier(tokenizer, session, labels, activationOf(config, labels.length));
}

/** As transformers' own text-classification pipeline decides. */
function activationOf(config: ModelConfig, labels: number): ClassifierInfo['activation'] {
  if (config.problem_type === 'regression') return 'none';
  return config.problem_type === 'multi_label_classification' || labels === 1 ? 'sigmoid' : 'softmax';
}

class SequenceClassifier implements TextModel {
  readonly info: ClassifierInfo;
  readonly #tokenizer: TextTokenizer;
  readonly #session: TransformerSession;
  readonly #entailment: number;
  readonly #contradiction: number;

  constructor(
    tokenizer: TextTokenizer,
    session: TransformerSession,
    labels: readonly string[],
    activation: ClassifierInfo['activation'],
  ) {
    this.#tokenizer = tokenizer;
    this.#session = session;
    this.#entailment = labels.findIndex((label) => /^entail/i.test(label));
    this.#contradiction = labels.findIndex((label) => /^(contradict|not[_ ]entail)/i.test(label));
    this.info = {
      file: session.file,
      labels,
      activation,
      maxTokens: tokenizer.maxTokens,
      isBatchInvariant: session.isBatchInvariant,
      isInference: this.#entailment >= 0 && this.#contradiction >= 0,
    };
  }

  async *evaluate(texts: readonly ModelText[], task: TextTask): AsyncGenerator<BatchAnswer> {
    if (task.kind === 'labels') yield* this.#labels(texts, task.whole === true);
    else if (task.kind === 'entailment') yield* this.#entailments(texts.map(onlyOneText), task);
    else throw new AssayError('RUNNER_CAPABILITY', `a classifier cannot answer "${task.kind}"`);
  }

  async close(): Promise<void> {
    await this.#session.close();
  }

  async *#labels(texts: readonly ModelText[], whole: boolean): AsyncGenerator<BatchAnswer> {
    const encoded = encodeEach(texts, (text) =>
      typeof text !== 'string'
        ? [this.#tokenizer.encodePair(text[0], text[1], whole ? 'neither' : 'second')]
        : whole
          ? this.#tokenizer.encodePieces(text)
          : [this.#tokenizer.encode(text)],
    );
    if (encoded.failures.length > 0) yield encoded.failed();
    // Labels that hold by themselves hold of a text when they hold of a piece; those that share 1 are weighed.
    const merger = new PieceMerger(encoded.rows, this.info.activation === 'sigmoid' ? largestOfPieces : meanOfPieces);
    for await (const batch of this.#session.run(encoded.texts, ['logits'])) {
      const answer = new BatchAnswerBuilder();
      if ('error' in batch) merger.fail(answer, batch.rows[0], batch.error);
      else {
        const all = floatValues(batch.outputs.logits!);
        for (const [index, at] of batch.rows.entries()) {
          const logits = this.#logitsOf(all, index);
          const tokens = encoded.texts[at]!.ids.length;
          if (logits.every(Number.isFinite)) merger.add(answer, at, { values: this.#activated(logits), tokens });
          else merger.fail(answer, at, notFinite(this.#session.file));
        }
      }
      yield answer.build();
    }
  }

  #activated(logits: Float32Array): Float32Array {
    if (this.info.activation === 'softmax') return Float32Array.from(softmax(logits));
    return this.info.activation === 'sigmoid' ? logits.map(sigmoid) : logits;
  }

  #logitsOf(logits: Float32Array, index: number): Float32Array {
    const count = this.info.labels.length;
    return logits.subarray(index * count, (index + 1) * count);
  }

  /** Every text against every hypothesis; a text is answered when its last pair is, so all pairs come first. */
  async *#entailments(
    texts: readonly string[],
    { hypotheses, multiLabel, whole = false }: Extract<TextTask, { kind: 'entailment' }>,
  ): AsyncGenerator<BatchAnswer> {
    const pairs = texts.flatMap((text) => hypotheses.map((hypothesis) => ({ text, hypothesis })));
    const encoded = encodeEach(pairs, ({ text, hypothesis }) =>
      whole ? this.#tokenizer.encodePairPieces(text, hypothesis) : [this.#tokenizer.encodePair(text, hypothesis)],
    );
    const logits: (Float32Array | undefined)[] = new Array(pairs.length);
    const failures = new Map<number, ErrorData>(
      encoded.failures.map(({ row, error }) => [Math.floor(row / hypotheses.length), error]),
    );
    for await (const batch of this.#session.run(encoded.texts, ['logits'])) {
      for (const [index, at] of batch.rows.entries()) {
        const pair = encoded.rows[at]!;
        if ('error' in batch) failures.set(Math.floor(pair / hypotheses.length), batch.error);
        else {
          const found = this.#logitsOf(floatValues(batch.outputs.logits!), index);
          if (this.#entailsMore(found, logits[pair], multiLabel)) logits[pair] = found.slice();
        }
      }
      // Nothing to say yet, but the caller may want to stop between batches.
      yield new BatchAnswerBuilder().build();
    }
    const answer = new BatchAnswerBuilder();
    for (const row of texts.keys()) {
      const own = logits.slice(row * hypotheses.length, (row + 1) * hypotheses.length);
      const failure = failures.get(row);
      if (failure !== undefined) answer.fail(row, failure);
      else if (!own.every((pair) => pair!.every(Number.isFinite))) answer.fail(row, notFinite(this.#session.file));
      else answer.add(row, this.#probabilities(own as Float32Array[], multiLabel));
    }
    yield answer.build();
  }

  /** Of the pieces of a text the one that entails a hypothesis most counts; one that is no number does, to be told. */
  #entailsMore(found: Float32Array, before: Float32Array | undefined, multiLabel: boolean): boolean {
    if (before === undefined) return true;
    const weight = (logits: Float32Array): number =>
      logits[this.#entailment]! - (multiLabel ? logits[this.#contradiction]! : 0);
    return !(weight(found) <= weight(before));
  }

  #probabilities(logits: readonly Float32Array[], multiLabel: boolean): number[] {
    if (!multiLabel) return softmax(logits.map((pair) => pair[this.#entailment]!));
    return logits.map((pair) => softmax([pair[this.#contradiction]!, pair[this.#entailment]!])[1]!);
  }
}

function notFinite(file: string): ErrorData {
  const hint = 'A half-precision export may overflow on this text: use the fp32 or int8 file.';
  return new AssayError('RUNNER_FAILED', `${file} answered with a number that is not finite`, { hint }).toData();
}
