import {
  AssayError,
  type Classification,
  type Embedding,
  type Runner,
  runnerMethod,
  type TextInput,
} from '@assay/core';
import { localModels } from '../compose/optional-package.ts';
import { defined } from '../defined.ts';
import type { Model } from './models.ts';

/** One text, or two that are read as one: a query and a document, a source and an answer. */
export type ReadText = string | readonly [text: string, pair: string];

export interface ReadTextsOptions {
  readonly signal?: AbortSignal;
}

export interface EmbedTextsOptions extends ReadTextsOptions {
  /** Which of the model's own prompts stands before each text, such as `query`. @default the one that it names, or none */
  readonly prompt?: string;
}

/**
 * Vectors of texts by an encoder, in the order of the texts; a text that fails has `ok: false` and costs itself alone.
 * @throws AssayError MODEL_NOT_FOUND and its kin; RUNNER_CAPABILITY for a model that makes none; USAGE
 * @example
 * const [first] = await embed(local('all-MiniLM-L6-v2'), ['Where is it?', 'Over there.']);
 */
export function embed(
  model: Model,
  texts: readonly string[],
  { prompt, signal }: EmbedTextsOptions = {},
): Promise<Embedding[]> {
  return read(model, 'embed', signal, texts, (runner, inputs) =>
    runnerMethod(runner, 'embed')(inputs, defined({ prompt, signal })),
  );
}

/**
 * Labels of texts by a classifier, in the order of the texts: the score of each label, and from a classifier of tokens the
 * spans too. A text that fails has `ok: false` and costs itself alone.
 * @throws AssayError MODEL_NOT_FOUND and its kin; RUNNER_CAPABILITY for a model that gives none; USAGE
 * @example
 * const [found] = await classify(local('tox-block-bilstm'), ['You are kind.']);
 */
export function classify(
  model: Model,
  texts: readonly ReadText[],
  { signal }: ReadTextsOptions = {},
): Promise<Classification[]> {
  return read(model, 'classify', signal, texts, (runner, inputs) =>
    runnerMethod(runner, 'classify')(inputs, defined({ signal })),
  );
}

async function read<Answer extends { readonly id: string }>(
  model: Model,
  wanted: 'embed' | 'classify',
  signal: AbortSignal | undefined,
  texts: readonly ReadText[],
  ask: (runner: Runner, inputs: readonly TextInput[]) => AsyncIterable<Answer>,
): Promise<Answer[]> {
  const runner = await open(model, wanted, signal);
  try {
    const inputs = texts.map((text, at): TextInput => {
      return typeof text === 'string' ? { id: `${at}`, text } : { id: `${at}`, text: text[0], pair: text[1] };
    });
    const answers: Answer[] = new Array(texts.length);
    for await (const answer of ask(runner, inputs)) answers[Number(answer.id)] = answer;
    return answers;
  } finally {
    await runner.close?.();
  }
}

async function open(
  { name, config }: Model,
  wanted: 'embed' | 'classify',
  signal: AbortSignal | undefined,
): Promise<Runner> {
  const block = config.local as Readonly<Record<string, unknown>> | undefined;
  if (config.runner !== 'local' || block === undefined) {
    throw new AssayError('RUNNER_CAPABILITY', `${name} is not a model of this machine, and only those read texts so`, {
      hint: "name an encoder or a classifier: local('all-MiniLM-L6-v2')",
    });
  }
  const { openLocalModel } = await localModels();
  const { model, revision, dtype, device, workers, threads, memory_limit_mb: memoryLimitMb } = block;
  const memoryLimitBytes = typeof memoryLimitMb === 'number' ? memoryLimitMb * 2 ** 20 : undefined;
  const runner = await openLocalModel(
    String(model),
    defined({
      ...{ revision, dtype, signal },
      texts: defined({ device, threads: workers, sessionThreads: threads, memoryLimitBytes }),
    }) as Parameters<typeof openLocalModel>[1],
  );
  if (runner[wanted] !== undefined) return runner;
  await runner.close?.();
  throw new AssayError('RUNNER_CAPABILITY', `${name} cannot ${wanted} texts`, {
    hint: wanted === 'embed' ? 'name an encoder' : 'name a classifier',
  });
}
