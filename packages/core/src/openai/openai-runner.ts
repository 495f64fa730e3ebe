import type { EndpointLimits } from '../calls/endpoint-limits.ts';
import { type Answered, PacedCalls, Unanswered } from '../calls/paced-calls.ts';
import { AssayError, isAssayError } from '../errors/assay-error.ts';
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
} from '../runner/runner.ts';
import type { Clock } from '../storage/clock.ts';
import { openServer } from './open-server.ts';
import { echoedScores } from './openai-log-probabilities.ts';
import type { OpenaiModel } from './openai-model.ts';
import { isFatal, type OpenaiAnswer, refusesEcho } from './openai-wire.ts';
import type { Protocol } from './protocol.ts';
import { protocolOf } from './protocol-of.ts';
import { runnerId } from './runner-id.ts';
import type { Server } from './server.ts';

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

/**
 * Any server with the OpenAI API (vLLM, llama.cpp, Ollama, TGI, OpenAI). The key is read from the variable that the
 * config names and stands in no message. @throws AssayError CONFIG_INVALID when that variable is not set
 */
export function createOpenaiRunner(
  model: OpenaiModel,
  options: OpenaiRunnerOptions = {},
): RunnerWith<'generate' | 'logProbabilities'> {
  return new OpenaiRunner(model, options);
}

/** Protocols whose servers may have /completions beside. */
const ECHOES = /completions$/;

class OpenaiRunner implements RunnerWith<'generate' | 'logProbabilities'> {
  readonly version = 2;
  readonly id: string;
  readonly #model: OpenaiModel;
  readonly #hooks: RunnerHooks;
  readonly #protocol: Protocol;
  readonly #server: Server;
  readonly #calls: PacedCalls;
  /** Whether the server has shown that it scores a prompt. */
  #echoes = false;

  constructor(model: OpenaiModel, options: OpenaiRunnerOptions) {
    const { limits } = model.config;
    this.#model = model;
    this.#protocol = protocolOf(model);
    this.#server = openServer(model, this.#protocol, options);
    this.#hooks = options.hooks ?? {};
    const concurrency = options.concurrency ?? limits?.max_concurrency ?? 16;
    this.#calls = new PacedCalls({
      concurrency: options.endpoints?.join(this.#server.url, concurrency) ?? concurrency,
      limits,
      clock: options.clock,
      isFatal,
      onWait: options.hooks?.onWait,
    });
    this.id = runnerId(model);
  }

  generate: RunnerWith<'generate'>['generate'] = (prompts, generate) =>
    this.#calls.stream(
      prompts,
      (prompt, ticket, signal) => this.#complete(prompt, generate, ticket, signal),
      generate.signal,
    );

  isGreedy = (generate: GenerateOptions): boolean =>
    isGreedyRequest(this.#protocol.body({ id: '', text: '' }, generate));

  logProbabilities: RunnerWith<'logProbabilities'>['logProbabilities'] = (requests, { signal }) =>
    this.#calls.stream(requests, (request, ticket, stop) => this.#score(request, ticket, stop), signal);

  async #complete(prompt: Prompt, options: GenerateOptions, ticket: number, signal: AbortSignal): Promise<Completion> {
    const { path, body, read } = this.#protocol;
    const result = await this.#ask(prompt.id, path, body(prompt, options), ticket, signal);
    if (result instanceof Unanswered) return failedAnswer(prompt.id, result.error, result.attempts);
    const { value, attempts, elapsedMs } = result;
    const answer = read(value);
    if (isAssayError(answer)) return failedAnswer(prompt.id, answer, attempts);
    const { newTokens, promptTokens = 0 } = answer;
    if (newTokens !== undefined) this.#hooks.onTokens?.({ newTokens, promptTokens });
    return { id: prompt.id, ok: true, ...answer, elapsedMs, attempts };
  }

  /** The completions endpoint with `echo`: vLLM, llama.cpp and others score the prompt itself that way. */
  async #score(request: LogProbabilityRequest, ticket: number, signal: AbortSignal): Promise<LogProbability> {
    const { id, prompt, continuation } = request;
    if (!ECHOES.test(this.#protocol.path)) throw this.#noEcho();
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
    const scores = echoedScores((result.value as OpenaiAnswer | null)?.choices?.[0]?.logprobs, prompt, continuation);
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
    return new AssayError('RUNNER_CAPABILITY', `${this.#server.url} returns no log-probabilities of the prompt`, {
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
  ): Promise<Answered<unknown> | Unanswered> {
    return this.#calls.call(id, ticket, signal, (stop) => this.#server.json('POST', path, body, stop));
  }
}
