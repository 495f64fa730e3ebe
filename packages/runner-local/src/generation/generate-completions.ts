import {
  AssayError,
  type Completion,
  type GenerateOptions,
  inCompletionOrder,
  type Prompt,
  type Stream,
  type TextConstraint,
  toAssayError,
} from '@assay/core';
import { compileConstraint } from '../constraint/constraint.ts';
import type { GenerateJob, JobResult } from '../worker/messages.ts';
import type { Ticket, Unnumbered, WorkerPool } from '../worker/worker-pool.ts';
import type { CausalFolder } from './causal-folder.ts';
import { fitPrompt, promptTooLong } from './fit-prompt.ts';
import { stopIndex, tokensToStop } from './stop-matcher.ts';
import { StreamReader } from './stream-reader.ts';
import type { TextCodec } from './text-codec.ts';

export interface CausalParts {
  readonly folder: CausalFolder;
  readonly codec: TextCodec;
  readonly pool: WorkerPool;
}

type Settled = Omit<JobResult & { kind: 'generate' }, 'id'> | (JobResult & { kind: 'failed' });

/** Runs prompts through the pool and turns tokens into text, in completion order. */
export async function* generateCompletions(
  parts: CausalParts,
  prompts: Stream<Prompt>,
  options: GenerateOptions,
): AsyncGenerator<Completion, void, undefined> {
  const open = new Set<Ticket>();
  const limit = Math.ceil(parts.pool.capacity * 1.5);
  try {
    yield* inCompletionOrder(prompts, limit, (prompt) => generateOne(parts, prompt, options, open), options.signal);
  } finally {
    for (const ticket of open) ticket.cancel();
  }
}

async function generateOne(
  parts: CausalParts,
  prompt: Prompt,
  options: GenerateOptions,
  open: Set<Ticket>,
): Promise<Completion> {
  let job: Unnumbered<GenerateJob>;
  try {
    job = planJob(parts, prompt, options);
  } catch (thrown) {
    const error = toAssayError(thrown, 'RUNNER_FAILED');
    const state = error.code === 'RUNNER_PROMPT_TOO_LONG' ? 'truncated' : 'failed';
    return { id: prompt.id, ok: false, state, error: error.toData() };
  }
  const reader = job.streams ? new StreamReader(parts.codec, prompt.id, options) : undefined;
  const settled = await run(parts, job, reader, open);
  const tried = settled.attempts === undefined ? {} : { attempts: settled.attempts };
  if (settled.kind === 'failed') return { id: prompt.id, ok: false, state: 'failed', error: settled.error, ...tried };
  const finished = finish(parts.codec, settled, options.stop ?? []);
  const tokens = reader?.finish(finished.text, finished.newTokens);
  return {
    id: prompt.id,
    ok: true,
    ...finished,
    ...tried,
    promptTokens: (job.source ?? job.tokens).length,
    ...(tokens === undefined ? {} : { tokens }),
  };
}

function planJob(parts: CausalParts, prompt: Prompt, options: GenerateOptions): Unnumbered<GenerateJob> {
  const { contextLength, eosIds, encoder, startIds } = parts.folder;
  const most = (options.overflow ?? 'error') === 'error' ? contextLength : Number.POSITIVE_INFINITY;
  const tokens = parts.codec.promptTokens(prompt, most);
  if (tokens.length === 0) {
    const prefix = parts.codec.prefixId;
    if (prefix === undefined)
      throw new AssayError('RUNNER_FAILED', 'the prompt is empty and the model has no token to begin with');
    tokens.push(prefix);
  }
  const maxNewTokens = Math.max(1, options.maxNewTokens ?? 64);
  const constraint = prompt.constraint ?? options.constraint;
  if (constraint !== undefined) requireRoom(constraint, maxNewTokens);
  const fitted = fitToContext(parts, tokens, maxNewTokens, options);
  const input = encoder === undefined ? fitted : Int32Array.from(startIds);
  return {
    kind: 'generate',
    tokens: input,
    ...(encoder === undefined ? {} : { source: fitted }),
    maxNewTokens: Math.min(maxNewTokens, contextLength - input.length),
    eosIds,
    sampling: {
      temperature: options.temperature ?? 0,
      topK: options.topK ?? 0,
      topP: options.topP ?? 1,
      minP: options.minP ?? 0,
      repetitionPenalty: options.repetitionPenalty ?? 1,
      presencePenalty: options.presencePenalty ?? 0,
      frequencyPenalty: options.frequencyPenalty ?? 0,
    },
    seed: prompt.seed ?? 0,
    constraint,
    streams: (options.stop ?? []).length > 0 || options.onText !== undefined || options.logProbabilities === true,
    top: options.logProbabilities === true ? Math.max(1, options.topLogProbabilities ?? 1) : 0,
  };
}

/** @throws AssayError RUNNER_CONSTRAINT for a form that is not supported, or whose shortest text does not fit */
function requireRoom(constraint: TextConstraint, maxNewTokens: number): void {
  const { distances, start } = compileConstraint(constraint);
  const shortest = distances[start.id]!;
  if (shortest <= maxNewTokens) return;
  throw new AssayError(
    'RUNNER_CONSTRAINT',
    `the shortest text of the wanted form has ${shortest} bytes, and the answer only ${maxNewTokens} tokens`,
    {
      hint: 'raise max_new_tokens: a byte may need a token of its own',
    },
  );
}

/** @throws AssayError RUNNER_PROMPT_TOO_LONG for a prompt that does not fit and may not be cut */
function fitToContext(
  { folder }: CausalParts,
  tokens: readonly number[],
  maxNewTokens: number,
  { overflow = 'error' }: GenerateOptions,
): Int32Array {
  const { contextLength, encoder } = folder;
  // A cut prompt leaves room for the whole answer; one that fits as it is may end by the context instead. The answer of
  // an encoder-decoder has a context of its own.
  const answerRoom = overflow === 'error' ? 1 : Math.min(maxNewTokens, contextLength >> 1);
  const fitted = fitPrompt(tokens, encoder === undefined ? contextLength - answerRoom : contextLength, overflow);
  if (fitted !== null) return Int32Array.from(fitted);
  throw promptTooLong(tokens.length, contextLength);
}

/** Stop strings are found here, where the text is, while the worker goes on; what it adds meanwhile is dropped. */
async function run(
  parts: CausalParts,
  job: Unnumbered<GenerateJob>,
  reader: StreamReader | undefined,
  open: Set<Ticket>,
): Promise<Settled> {
  const startedMs = performance.now();
  let ticket: Ticket | undefined;
  try {
    return await new Promise<Settled>((resolve) => {
      ticket = parts.pool.submit(job, (token) => {
        if (!reader?.take(token)) return;
        ticket?.cancel();
        const elapsedMs = performance.now() - startedMs;
        resolve({ kind: 'generate', tokens: Int32Array.from(reader.tokens), finishReason: 'stop', elapsedMs });
      });
      open.add(ticket);
      void ticket.result.then((result) => resolve(result as Settled));
    });
  } finally {
    if (ticket !== undefined) open.delete(ticket);
  }
}

function finish(codec: TextCodec, settled: Settled & { kind: 'generate' }, stops: readonly string[]) {
  const { finishReason, elapsedMs } = settled;
  const text = codec.decode(settled.tokens);
  const stop = stopIndex(text, stops);
  if (stop < 0) return { text, finishReason, newTokens: settled.tokens.length, elapsedMs };
  const newTokens = tokensToStop(Array.from(settled.tokens), (tokens) => codec.decode(tokens), stops);
  return { text: text.slice(0, stop), finishReason: 'stop' as const, newTokens, elapsedMs };
}
