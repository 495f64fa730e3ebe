import { setTimeout as sleep } from 'node:timers/promises';
import { inCompletionOrder } from '../calls/in-completion-order.ts';
import { AssayError, type ErrorCode, type ErrorData } from '../errors/assay-error.ts';
import type {
  Completion,
  Failed,
  LogProbability,
  LogProbabilityRequest,
  Prompt,
  RunnerWith,
} from '../runner/runner.ts';
import { readAnswersFile, type ScriptedAnswer } from './answers-file.ts';

export interface ScriptedRunnerOptions {
  /** Path of a JSONL file, or the answers themselves. */
  readonly answers: string | readonly ScriptedAnswer[];
  /** Before each answer that states no delay of its own. @default 0 */
  readonly delayMs?: number | undefined;
  /** Answers what is not listed; without it such prompts fail with RUNNER_NO_ANSWER. */
  readonly otherwise?: string | undefined;
  /** @default 64 */
  readonly concurrency?: number | undefined;
  /** The sample's position behind a prompt's id. @default the first number in the id */
  readonly indexOf?: (id: string) => number | undefined;
  /** The sample's input behind a prompt's id, so that answers can be listed by it whatever the template adds. */
  readonly inputOf?: (id: string) => string | undefined;
}

/**
 * A runner that answers from a script: to test a config without a model, and a program without luck. An answer is found
 * by the prompt's text, its last user message, the sample's input, or the sample's index; an answer that names none of
 * them is for the sample at its own position in the list.
 */
export async function createScriptedRunner(
  options: ScriptedRunnerOptions,
): Promise<RunnerWith<'generate' | 'logProbabilities'>> {
  const file = typeof options.answers === 'string' ? await readAnswersFile(options.answers) : undefined;
  const answers = file?.answers ?? (options.answers as readonly ScriptedAnswer[]);
  const script = new Script(answers, options);
  const limit = options.concurrency ?? 64;

  return {
    version: 2,
    id: `scripted:${file?.id ?? 'inline'}`,
    isScripted: true,
    generate: (prompts, { signal }) =>
      inCompletionOrder(prompts, limit, (prompt) =>
        script.delayed(script.find(prompt), signal, (answer) => script.completion(prompt, answer)),
      ),
    logProbabilities: (requests, { signal }) =>
      inCompletionOrder(requests, limit, (request) =>
        script.delayed(script.findContinuation(request), signal, (answer) => script.logProbability(request, answer)),
      ),
  };
}

class Script {
  readonly #options: ScriptedRunnerOptions;
  readonly #byPrompt = new Map<string, ScriptedAnswer>();
  readonly #byIndex = new Map<number, ScriptedAnswer>();
  readonly #byContinuation = new Map<string, ScriptedAnswer>();
  readonly #failures = new Map<ScriptedAnswer, number>();

  constructor(answers: readonly ScriptedAnswer[], options: ScriptedRunnerOptions) {
    this.#options = options;
    for (const [position, answer] of answers.entries()) {
      if (answer.log_probability !== undefined) {
        keep(this.#byContinuation, pairKey(answer.prompt ?? '', answer.continuation ?? ''), answer);
      } else if (answer.prompt !== undefined) keep(this.#byPrompt, answer.prompt, answer);
      else keep(this.#byIndex, answer.index ?? position, answer);
    }
  }

  find(prompt: Prompt): ScriptedAnswer | undefined {
    const { indexOf = firstNumber, inputOf } = this.#options;
    const asked = prompt.messages?.at(-1)?.content;
    const input = inputOf?.(prompt.id);
    const index = indexOf(prompt.id);
    return (
      this.#byPrompt.get(prompt.text) ??
      (asked === undefined ? undefined : this.#byPrompt.get(asked)) ??
      (input === undefined ? undefined : this.#byPrompt.get(input)) ??
      (index === undefined ? undefined : this.#byIndex.get(index))
    );
  }

  findContinuation(request: LogProbabilityRequest): ScriptedAnswer | undefined {
    return this.#byContinuation.get(pairKey(request.prompt, request.continuation));
  }

  /** Waits as the answer says, then makes the result; at once where there is nothing to wait for. */
  delayed<T>(
    answer: ScriptedAnswer | undefined,
    signal: AbortSignal | undefined,
    make: (answer: ScriptedAnswer | undefined) => T,
  ): T | Promise<T> {
    const delayMs = this.#delay(answer);
    if (delayMs === 0) {
      signal?.throwIfAborted();
      return make(answer);
    }
    return sleep(delayMs, undefined, { ...(signal === undefined ? {} : { signal }) }).then(() => make(answer));
  }

  completion(prompt: Prompt, answer: ScriptedAnswer | undefined): Completion {
    const failed = this.#failure(prompt.id, answer);
    if (failed !== undefined) return failed;
    const text = answer?.text ?? answer?.model_output ?? this.#options.otherwise;
    if (text === undefined) return noAnswer(prompt.id, prompt.text);
    return {
      id: prompt.id,
      ok: true,
      text,
      finishReason: answer?.finish_reason ?? 'stop',
      elapsedMs: this.#delay(answer),
      ...(answer?.prompt_tokens === undefined ? {} : { promptTokens: answer.prompt_tokens }),
      ...(answer?.new_tokens === undefined ? {} : { newTokens: answer.new_tokens }),
    };
  }

  logProbability(request: LogProbabilityRequest, answer: ScriptedAnswer | undefined): LogProbability {
    const failed = this.#failure(request.id, answer);
    if (failed !== undefined) return failed;
    const logProbability = answer?.log_probability;
    if (logProbability === undefined) return noAnswer(request.id, request.continuation);
    const tokenCount = answer?.token_count ?? (request.continuation.match(/\S+/g) ?? []).length;
    return {
      id: request.id,
      ok: true,
      logProbability,
      tokenCount,
      byteCount: Buffer.byteLength(request.continuation),
      isGreedy: false,
      tokenLogProbabilities: Array.from({ length: tokenCount }, () => logProbability / tokenCount),
      elapsedMs: this.#delay(answer),
    };
  }

  #delay(answer: ScriptedAnswer | undefined): number {
    return answer?.delay_ms ?? this.#options.delayMs ?? 0;
  }

  #failure(id: string, answer: ScriptedAnswer | undefined): Failed | undefined {
    if (answer === undefined) return undefined;
    const { fail_times: failTimes, error, state } = answer;
    if (failTimes !== undefined) {
      const failures = this.#failures.get(answer) ?? 0;
      if (failures >= failTimes) return undefined;
      this.#failures.set(answer, failures + 1);
      return { id, ok: false, state: state ?? 'failed', error: errorData(error, 'RUNNER_THROTTLED') };
    }
    if (state === undefined && error === undefined) return undefined;
    return { id, ok: false, state: state ?? 'failed', error: errorData(error, CODE_OF_STATE[state ?? 'failed']) };
  }
}

const CODE_OF_STATE: Readonly<Record<Failed['state'], ErrorCode>> = {
  truncated: 'RUNNER_PROMPT_TOO_LONG',
  refused: 'RUNNER_REFUSED',
  failed: 'RUNNER_FAILED',
  timed_out: 'RUNNER_TIMEOUT',
};

function errorData(error: ScriptedAnswer['error'], fallback: ErrorCode): ErrorData {
  const { code, message } =
    typeof error === 'object' ? error : { code: fallback, message: error ?? 'as the script says' };
  return new AssayError(code, message).toData();
}

function noAnswer(id: string, asked: string): Failed {
  const shown = asked.length > 60 ? `${asked.slice(0, 57)}…` : asked;
  const error = new AssayError('RUNNER_NO_ANSWER', `no scripted answer for ${JSON.stringify(shown)}`, {
    hint: 'list it by `prompt` or `index`, or set `otherwise`',
  });
  return { id, ok: false, state: 'failed', error: error.toData() };
}

/** The first answer for a key wins. */
function keep<K>(answers: Map<K, ScriptedAnswer>, key: K, answer: ScriptedAnswer): void {
  if (!answers.has(key)) answers.set(key, answer);
}

const pairKey = (prompt: string, continuation: string): string => JSON.stringify([prompt, continuation]);

function firstNumber(id: string): number | undefined {
  const digits = /\d+/.exec(id)?.[0];
  return digits === undefined ? undefined : Number(digits);
}
