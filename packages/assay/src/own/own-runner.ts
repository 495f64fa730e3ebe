import {
  AssayError,
  type Completion,
  failedAnswer,
  type GenerateOptions,
  inCompletionOrder,
  isAssayError,
  type Prompt,
  type RunnerWith,
} from '@assay/core';
import type { OwnAnswer, OwnModel, OwnPrompt } from './own-model.ts';

const CONCURRENCY = 8;
const TIMEOUT_MS = 120_000;

/**
 * A model of one's own as a runner. What it throws, what it does not answer in time and what is no text costs that sample
 * alone.
 */
export function ownRunner(
  model: OwnModel,
  concurrency: number | undefined = model.concurrency,
): RunnerWith<'generate'> {
  return {
    version: 2,
    id: model.id,
    generate: (prompts, options) =>
      inCompletionOrder(prompts, concurrency ?? CONCURRENCY, (prompt) => answerOne(model, prompt, options)),
    close: async () => model.close?.(),
  };
}

async function answerOne(model: OwnModel, prompt: Prompt, options: GenerateOptions): Promise<Completion> {
  options.signal?.throwIfAborted();
  const { timeoutMs = TIMEOUT_MS } = model;
  const late = new AbortController();
  const signal = options.signal === undefined ? late.signal : AbortSignal.any([late.signal, options.signal]);
  const timer = setTimeout(
    () => late.abort(new AssayError('RUNNER_TIMEOUT', `${model.id} gave no answer within ${timeoutMs / 1000} s`)),
    timeoutMs,
  );
  const startedAt = performance.now();
  try {
    const given = Promise.resolve().then(() => model.generate(ownPrompt(prompt, options, signal)));
    const answer = await Promise.race([given, whenAborted(signal)]);
    return { ...completed(model.id, answer), id: prompt.id, ok: true, elapsedMs: performance.now() - startedAt };
  } catch (thrown) {
    options.signal?.throwIfAborted();
    const error = asError(thrown, model.id);
    // Every other prompt would go the same way.
    if (error.code === 'CONFIG_NOT_ALLOWED') throw error;
    return failedAnswer(prompt.id, error, 1);
  } finally {
    clearTimeout(timer);
  }
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function ownPrompt(
  { id, text, messages, seed, fields }: Prompt,
  options: GenerateOptions,
  signal: AbortSignal,
): OwnPrompt {
  const { maxNewTokens = 64, temperature = 0, stop = [] } = options;
  return {
    ...{ id, text, maxNewTokens, temperature, stop, seed, signal },
    messages: messages ?? [{ role: 'user', content: text }],
    ...(fields === undefined ? {} : { fields }),
  };
}

type Given = Exclude<OwnAnswer, string>;

function completed(id: string, answer: unknown): Given & { readonly finishReason: 'stop' | 'length' } {
  if (typeof answer === 'string') return { text: answer, finishReason: 'stop' };
  const { text, promptTokens, newTokens, finishReason, form } = (answer ?? {}) as Partial<Given>;
  if (typeof text !== 'string')
    throw new AssayError('RUNNER_FAILED', `${id} answered with ${kindOf(answer)} where a text is wanted`, {
      hint: 'return a string, or { text, promptTokens?, newTokens?, finishReason? }',
    });
  return {
    text,
    finishReason: finishReason === 'length' ? 'length' : 'stop',
    ...(form === 'json' || form === 'tool_calls' ? { form } : {}),
    ...(isCount(promptTokens) ? { promptTokens } : {}),
    ...(isCount(newTokens) ? { newTokens } : {}),
  };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value !== 'object') return `a ${typeof value}`;
  return 'text' in value ? `an object whose text is ${kindOf(value.text)}` : 'an object without a text';
}

/** What a foreign model threw: ours keeps its code. */
function asError(thrown: unknown, id: string): AssayError {
  if (isAssayError(thrown)) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AssayError('RUNNER_FAILED', `${id}: ${message.slice(0, 2_000)}`, { cause: thrown });
}
