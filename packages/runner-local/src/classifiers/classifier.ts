import { join } from 'node:path';
import { AssayError, type Classification, type Stream, type TextInput } from '@assay/core';
import { idWith, type PreparedModel, type PrepareModelOptions, prepareModel } from '../models/prepare-model.ts';
import { chooseDevice, type Device } from '../runtime/device.ts';
import { ModelThreads, type TextAnswer } from '../threads/model-threads.ts';
import { cacheRoom, withData } from '../worker/memory-estimate.ts';
import type { ClassifierInfo } from './classifier-info.ts';
import { detoxifyLabel } from './label-names.ts';
import { readSpans } from './token-spans.ts';

export interface ClassifierOptions extends PrepareModelOptions {
  /** Name, hub id or folder; or a model that `prepareModel` found. */
  readonly model: string | PreparedModel;
  /** Threads, each with a session of its own. @default 1 */
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
  const model = await prepareModel(options.model, options);
  const { folder, name, graphs } = model;
  const { device, notes } = await chooseDevice(options.device);
  options.hooks?.onLoad?.({ phase: 'load', model: name });
  const { batchTokens, maxTokens, labelNames, isolate } = options;
  const session = { device, threads: options.sessionThreads, spinning: options.spinning };
  const settings = { kind: 'classifier', folder, file: graphs[0], batchTokens, maxTokens, session, isolate } as const;
  const workers = options.threads ?? 1;
  const graph = join(folder, graphs[0]!);
  cacheRoom({ graph, files: withData(graph), workers }, options.memoryLimitBytes);
  const threads = await ModelThreads.start(settings, workers);
  options.hooks?.onLoad?.({ phase: 'ready', model: name });
  const place = device === 'cpu' ? undefined : device;
  const id = idWith(model, { maxTokens, labelNames, device: place });
  return new ThreadedClassifier(id, notes, threads, labelNames === 'model');
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
