import { AssayError, type Classification, type Stream, type TextInput } from '@assay/core';
import { idWith } from '../models/prepare-model.ts';
import type { ModelThreads, TextAnswer } from '../threads/model-threads.ts';
import { type ModelThreadsOptions, openModelThreads } from '../threads/open-model-threads.ts';
import type { ClassifierInfo } from './classifier-info.ts';
import { detoxifyLabel } from './label-names.ts';
import { readSpans } from './token-spans.ts';

export interface ClassifierOptions extends ModelThreadsOptions {
  /** Labels as the model names them, or toxicity labels under Detoxify's names. @default 'detoxify' */
  readonly labelNames?: 'model' | 'detoxify' | undefined;
}

/** Labels that a natural-language-inference model was never trained on. */
export interface ZeroShotOptions {
  readonly labels: readonly string[];
  /** Sentence that states a label; `{}` is replaced by it. @default 'This example is {}.' */
  readonly hypothesisTemplate?: string | undefined;
  /** Each label on its own instead of sharing 1. @default false */
  readonly multiLabel?: boolean | undefined;
  /**
   * Texts that are too long beside a label are read piece by piece: a label holds as far as it does of the piece that entails
   * it most. Otherwise they lose their end. @default false
   * @see https://arxiv.org/abs/2111.09525 SummaC, which takes the largest entailment over the parts of a document
   */
  readonly whole?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ClassifyOptions {
  /**
   * Texts longer than the model reads are read piece by piece: of labels that hold by themselves the largest score counts, of
   * those that share 1 the mean by tokens; a pair of texts that is too long fails. Otherwise they are cut. @default false
   */
  readonly whole?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Texts to label scores, in threads of its own. Answers come in completion order; a failed text is data. */
export interface Classifier {
  /** `local:NAME@sha256:DIGEST`, then settings that change its answers */
  readonly id: string;
  /** What a reader of its answers should know of how they come about. */
  readonly notes: readonly string[];
  readonly info: ClassifierInfo;
  classify(texts: Stream<TextInput>, options?: ClassifyOptions): AsyncIterable<Classification>;
  /** @throws RUNNER_CAPABILITY when the model's labels are not those of natural-language inference */
  zeroShot(texts: Stream<TextInput>, options: ZeroShotOptions): AsyncIterable<Classification>;
  /** Releases threads and sessions. */
  close(): Promise<void>;
}

/** @throws MODEL_NOT_FOUND, MODEL_FILES_MISSING, MODEL_CHECKSUM, MODEL_LOAD, MODEL_UNSUPPORTED, MODEL_MEMORY, MODEL_DEVICE */
export async function createClassifier(options: ClassifierOptions): Promise<Classifier> {
  const { model, threads, notes, settings } = await openModelThreads('classifier', options);
  const { maxTokens, device } = settings;
  const { labelNames } = options;
  return new ThreadedClassifier(
    idWith(model, { maxTokens, labelNames, device }),
    notes,
    threads,
    labelNames === 'model',
  );
}

class ThreadedClassifier implements Classifier {
  readonly id: string;
  readonly notes: readonly string[];
  readonly info: ClassifierInfo;
  readonly #threads: ModelThreads;
  readonly #labels: readonly string[];

  constructor(id: string, notes: readonly string[], threads: ModelThreads, ownNames: boolean) {
    this.id = id;
    this.notes = notes;
    this.info = threads.info as ClassifierInfo;
    this.#threads = threads;
    this.#labels = ownNames ? this.info.labels : this.info.labels.map(detoxifyLabel);
  }

  async *classify(texts: Stream<TextInput>, { whole, signal }: ClassifyOptions = {}) {
    const { spanLabels } = this.info;
    for await (const answer of this.#threads.evaluate(texts, { kind: 'labels', whole }, { signal })) {
      yield spanLabels === undefined ? withLabels(answer, this.#labels) : withSpans(answer, spanLabels);
    }
  }

  async *zeroShot(texts: Stream<TextInput>, options: ZeroShotOptions) {
    if (!this.info.isInference) {
      throw new AssayError('RUNNER_CAPABILITY', `${this.id} cannot score labels that it was not trained on`, {
        hint: 'Zero-shot labels need a model whose labels are entailment and contradiction.',
      });
    }
    const { labels, hypothesisTemplate = 'This example is {}.', multiLabel = false, whole, signal } = options;
    if (labels.length === 0 || !hypothesisTemplate.includes('{}')) {
      throw new TypeError('zeroShot needs at least one label and a template with {}');
    }
    const hypotheses = labels.map((label) => hypothesisTemplate.replaceAll('{}', () => label));
    for await (const answer of this.#threads.evaluate(
      texts,
      { kind: 'entailment', hypotheses, multiLabel, whole },
      { signal },
    )) {
      yield withLabels(answer, labels);
    }
  }

  async close(): Promise<void> {
    await this.#threads.close();
  }
}

/** Spans of a text, and for each label the score of its best one. */
function withSpans(answer: TextAnswer, labels: readonly string[]): Classification {
  if (!answer.ok) return answer;
  const spans = readSpans(answer.values, labels);
  const best = labels.map((label) => {
    const scores = spans.flatMap((span) => (span.label === label ? [span.score] : []));
    return [label, Math.max(0, ...scores)] as const;
  });
  return { id: answer.id, ok: true, labels: Object.fromEntries(best), spans };
}

function withLabels(answer: TextAnswer, labels: readonly string[]): Classification {
  if (!answer.ok) return answer;
  const scores = Object.fromEntries(labels.map((label, index) => [label, answer.values[index]!]));
  return { id: answer.id, ok: true, labels: scores };
}
