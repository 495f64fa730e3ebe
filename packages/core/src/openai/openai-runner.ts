import type { EndpointLimits } from '../calls/endpoint-limits.ts';
import { networkError } from '../calls/network-error.ts';
import { type Answered, PacedCalls, Unanswered } from '../calls/paced-calls.ts';
import { readText } from '../calls/read-text.ts';
import type { ResolvedModel } from '../config/resolve-runners.ts';
import { AssayError } from '../errors/assay-error.ts';
import { failedAnswer } from '../runner/failed-answer.ts';
import { isGreedyRequest } from '../runner/greedy-request.ts';
import type {
  Completion,
  GenerateOptions,
  LogProbability,
  LogProbabilityRequest,
  Prompt,
  RunnerHooks,
  RunnerWith,
  TextConstraint,
} from '../runner/runner.ts';
import type { Clock } from '../storage/clock.ts';
import { completionTokens, echoedScores } from './openai-log-probabilities.ts';
import { httpError, isFatal, type OpenaiAnswer, refusesEcho } from './openai-wire.ts';

export type OpenaiModel = Extract<ResolvedModel, { runner: 'openai' }>;

export interface OpenaiRunnerOptions {
  /** Most requests under way at a time; fewer while the server throttles. @default limits.max_concurrency, else 16 */
  readonly concurrency?: number | undefined;
  /** Where models that one server answers for share its limit. @default a limit of its own */
  readonly endpoints?: EndpointLimits | undefined;
  readonly hooks?: RunnerHooks | undefined;
  readonly clock?: Clock | undefined;
  /** Where `api_key_env` is looked up. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** What calls the server. @default the global fetch */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

const DEFAULT_NEW_TOKENS = 64;
/** Parameters of the config that have a name of their own here. */
const TRANSLATED = new Set([
  'max_new_tokens',
  'temperature',
  'top_p',
  'top_k',
  'min_p',
  'repetition_penalty',
  'presence_penalty',
  'frequency_penalty',
  'stop',
  'seed',
  'return_full_text',
]);

/**
 * Any server with the OpenAI API (vLLM, llama.cpp, Ollama, TGI, OpenAI). The key is read from the variable that the
 * config names and stands in no message. @throws AssayError CONFIG_INVALID when that variable is not set
 */
export function createOpenaiRunner(
  model: OpenaiModel,
  options: OpenaiRunnerOptions = {},
): RunnerWith<'generate' | 'logProbabilities'> {
  const { api_key_env: keyName, base_url: baseUrl } = model.openai;
  const key = keyName === undefined ? undefined : (options.env ?? process.env)[keyName];
  if (keyName !== undefined && (key === undefined || key === '')) {
    throw new AssayError('CONFIG_INVALID', `${model.name} needs a key in ${keyName}, which is not set`, {
      hint: `export ${keyName}=…`,
    });
  }
  return new OpenaiRunner(model, baseUrl.replace(/\/+$/, ''), key, options);
}

/** Of an answer no more is read. */
const MAX_ANSWER_BYTES = 64 * 2 ** 20;

/** OpenAI's form of a schema; patterns and choices have only vLLM's. */
function answerForm(constraint: TextConstraint | undefined): Record<string, unknown> {
  switch (constraint?.type) {
    case undefined:
      return {};
    case 'json_schema':
      return {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'answer', schema: constraint.schema, strict: true },
        },
      };
    case 'regex':
      return { structured_outputs: { regex: constraint.pattern } };
    case 'choice':
      return { structured_outputs: { choice: constraint.choices } };
  }
}

/** The likeliest tokens at each place, in either API's form. */
function logProbabilities(top: number, isChat: boolean): Record<string, unknown> {
  return isChat ? { logprobs: true, top_logprobs: top } : { logprobs: top };
}

/** Calls of tools that the config offers the model are its answer where it writes no text: as JSON. */
function toolCalls(calls: readonly unknown[] | null | undefined): string | undefined {
  return calls?.length ? JSON.stringify(calls) : undefined;
}

class OpenaiRunner implements RunnerWith<'generate' | 'logProbabilities'> {
  readonly version = 2;
  readonly id: string;
  readonly #model: OpenaiModel;
  readonly #baseUrl: string;
  readonly #key: string | undefined;
  readonly #hooks: RunnerHooks;
  readonly #fetch: typeof globalThis.fetch;
  readonly #calls: PacedCalls;
  /** What the config says beyond the port's options, passed on as it is. */
  readonly #extra: Readonly<Record<string, unknown>>;
  /** Whether the server has shown that it scores a prompt. */
  #echoes = false;

  constructor(model: OpenaiModel, baseUrl: string, key: string | undefined, options: OpenaiRunnerOptions) {
    const { limits } = model.config;
    this.#model = model;
    this.#baseUrl = baseUrl;
    this.#key = key;
    this.#hooks = options.hooks ?? {};
    this.#fetch = options.fetch ?? fetch;
    const concurrency = options.concurrency ?? limits?.max_concurrency ?? 16;
    this.#calls = new PacedCalls({
      concurrency: options.endpoints?.join(baseUrl, concurrency) ?? concurrency,
      limits,
      clock: options.clock,
      isFatal,
      onWait: options.hooks?.onWait,
    });
    this.#extra = Object.fromEntries(
      Object.entries(model.inferenceParameters).filter(([name]) => !TRANSLATED.has(name)),
    );
    const extra = Object.keys(this.#extra).length === 0 ? '' : `#${JSON.stringify(this.#extra)}`;
    this.id = `openai:${baseUrl}:${model.openai.model}:${model.openai.api ?? 'chat'}${extra}`;
  }

  generate: RunnerWith<'generate'>['generate'] = (prompts, generate) =>
    this.#calls.stream(
      prompts,
      (prompt, ticket, signal) => this.#complete(prompt, generate, ticket, signal),
      generate.signal,
    );

  isGreedy = (generate: GenerateOptions): boolean =>
    isGreedyRequest(this.#parameters({ id: '', text: '' }, generate, true));

  logProbabilities: RunnerWith<'logProbabilities'>['logProbabilities'] = (requests, { signal }) =>
    this.#calls.stream(requests, (request, ticket, stop) => this.#score(request, ticket, stop), signal);

  async #complete(prompt: Prompt, options: GenerateOptions, ticket: number, signal: AbortSignal): Promise<Completion> {
    const isChat = (this.#model.openai.api ?? 'chat') === 'chat';
    const messages = prompt.messages?.length ? prompt.messages : [{ role: 'user', content: prompt.text }];
    const asked = isChat ? { messages } : { prompt: prompt.text };
    const body = { model: this.#model.openai.model, ...asked, ...this.#parameters(prompt, options, isChat) };
    const result = await this.#ask(prompt.id, isChat ? 'chat/completions' : 'completions', body, ticket, signal);
    if (result instanceof Unanswered) return failedAnswer(prompt.id, result.error, result.attempts);
    const { value: answer, attempts, elapsedMs } = result;
    const choice = answer.choices?.[0];
    const text = choice?.message?.content ?? choice?.text ?? toolCalls(choice?.message?.tool_calls);
    const refusal = choice?.message?.refusal;
    if (choice?.finish_reason === 'content_filter' || (typeof refusal === 'string' && typeof text !== 'string')) {
      return failedAnswer(
        prompt.id,
        new AssayError('RUNNER_REFUSED', refusal ?? 'the provider’s filter took the answer'),
        attempts,
      );
    }
    if (typeof text !== 'string') {
      const keys = Object.keys(choice ?? answer).join(', ');
      return failedAnswer(
        prompt.id,
        new AssayError('RUNNER_NO_ANSWER', `the answer holds no text; it has ${keys}`),
        attempts,
      );
    }
    const promptTokens = answer.usage?.prompt_tokens;
    const newTokens = answer.usage?.completion_tokens;
    const tokens = options.logProbabilities === true ? completionTokens(choice?.logprobs, text) : undefined;
    if (newTokens !== undefined) this.#hooks.onTokens?.({ newTokens, promptTokens: promptTokens ?? 0 });
    return {
      id: prompt.id,
      ok: true,
      text,
      finishReason: choice?.finish_reason === 'length' ? 'length' : 'stop',
      ...(promptTokens === undefined ? {} : { promptTokens }),
      ...(newTokens === undefined ? {} : { newTokens }),
      elapsedMs,
      attempts,
      ...(tokens === undefined ? {} : { tokens }),
    };
  }

  #parameters(prompt: Prompt, options: GenerateOptions, isChat: boolean): Record<string, unknown> {
    const temperature = options.temperature ?? 0;
    const parameters: Record<string, unknown> = {
      temperature,
      top_p: options.topP,
      top_k: options.topK,
      min_p: options.minP,
      repetition_penalty: options.repetitionPenalty,
      presence_penalty: options.presencePenalty,
      frequency_penalty: options.frequencyPenalty,
      stop: options.stop,
      ...answerForm(prompt.constraint ?? options.constraint),
      // Kept to 31 bits: servers read it as a signed integer of 32 or 64 bits.
      seed: temperature > 0 && prompt.seed !== undefined ? prompt.seed % 2 ** 31 : undefined,
      ...(options.logProbabilities === true ? logProbabilities(options.topLogProbabilities ?? 1, isChat) : {}),
      ...this.#extra,
    };
    if (!('max_completion_tokens' in this.#extra) && !('max_tokens' in this.#extra))
      parameters.max_tokens = options.maxNewTokens ?? DEFAULT_NEW_TOKENS;
    return parameters;
  }

  /** The completions endpoint with `echo`: vLLM, llama.cpp and others score the prompt itself that way. */
  async #score(request: LogProbabilityRequest, ticket: number, signal: AbortSignal): Promise<LogProbability> {
    const { id, prompt, continuation } = request;
    const body = {
      model: this.#model.openai.model,
      prompt: prompt + continuation,
      max_tokens: 1,
      temperature: 0,
      logprobs: 1,
      echo: true,
    };
    const result = await this.#ask(id, 'completions', body, ticket, signal);
    if (result instanceof Unanswered) {
      if (refusesEcho(result.error)) throw this.#noEcho(result.error);
      return failedAnswer(id, result.error, result.attempts);
    }
    const scores = echoedScores(result.value.choices?.[0]?.logprobs, prompt, continuation);
    if (scores === undefined) {
      const error = this.#noEcho();
      // What this server has done before it can do: one such answer is the sample's own. Otherwise none will be better.
      if (!this.#echoes) throw error;
      return failedAnswer(id, error, result.attempts);
    }
    this.#echoes = true;
    return { id, ok: true, ...scores, byteCount: Buffer.byteLength(continuation), elapsedMs: result.elapsedMs };
  }

  #noEcho(cause?: AssayError): AssayError {
    return new AssayError('RUNNER_CAPABILITY', `${this.#baseUrl} returns no log-probabilities of the prompt`, {
      hint: 'it must support `echo` with `logprobs` on /completions, as vLLM and llama.cpp do',
      cause,
    });
  }

  #ask(
    id: string,
    path: string,
    body: Readonly<Record<string, unknown>>,
    ticket: number,
    signal: AbortSignal,
  ): Promise<Answered<OpenaiAnswer> | Unanswered> {
    return this.#calls.call(id, ticket, signal, (stop) => this.#post(path, body, stop));
  }

  async #post(path: string, body: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<OpenaiAnswer> {
    const url = `${this.#baseUrl}/${path}`;
    const headers = {
      'content-type': 'application/json',
      ...this.#model.openai.headers,
      ...(this.#key === undefined ? {} : { authorization: `Bearer ${this.#key}` }),
    };
    let response: Response;
    let text: string;
    try {
      // Its key is for this host: a redirect is an answer like any other.
      response = await this.#fetch(url, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
        signal,
        redirect: 'manual',
      });
      text = await readText(response, MAX_ANSWER_BYTES);
    } catch (cause) {
      if (signal.aborted) throw cause;
      throw networkError(cause, url, 'Is the server running, and openai.base_url right?');
    }
    const shown = this.#key === undefined ? text : text.replaceAll(this.#key, '…');
    if (!response.ok) throw httpError(response, shown, url, this.#model.openai.api_key_env);
    try {
      return JSON.parse(text) as OpenaiAnswer;
    } catch (cause) {
      throw new AssayError(
        'RUNNER_FAILED',
        `${url} answered something that is not JSON: ${JSON.stringify(shown.slice(0, 80))}`,
        { cause },
      );
    }
  }
}
