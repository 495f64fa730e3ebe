import {
  type Completed,
  type GenerateOptions,
  type LogProbability,
  type Prompt,
  type Runner,
  runnerMethod,
  type TextPiece,
  type Tokenizer,
  type TokenLogProbability,
  toAssayError,
} from 'assay/internal';
import { ApiError } from './api-error.ts';
import type { ListedToken } from './token-log-probabilities.ts';

type Scored = Extract<LogProbability, { ok: true }>;

/** The answers to one request, or the first failure among them. */
async function gather<T extends { readonly id: string; readonly ok: true }>(
  wanted: readonly { readonly id: string }[],
  answers: AsyncIterable<T | { readonly id: string; readonly ok: false; readonly error: object }>,
  signal: AbortSignal,
): Promise<T[]> {
  const found = new Map<string, T>();
  for await (const answer of answers) {
    if (!answer.ok) throw answer.error;
    found.set(answer.id, answer);
  }
  // A runner whose signal aborts ends its answers early.
  signal.throwIfAborted();
  return wanted.map(({ id }) => found.get(id)!);
}

/**
 * A runner as requests use it. Every request is a call of its own, with its own options and its own signal; the runner's
 * pool sees the prompts of all calls together, so those of different clients share its batches.
 */
export class ServedModel {
  readonly name: string;
  readonly runner: Runner;
  readonly #aliases: ReadonlySet<unknown>;

  /** @param asked the name by which the server's user asked for it */
  constructor(runner: Runner, asked: string) {
    const [, name = asked] = /^[^:]+:(.+?)(@sha256:|$)/.exec(runner.id) ?? [];
    this.name = name;
    this.runner = runner;
    this.#aliases = new Set([name, asked, runner.id]);
  }

  answersTo(name: unknown): boolean {
    return this.#aliases.has(name);
  }

  get tokenizer(): Tokenizer | undefined {
    return this.runner.tokenizer;
  }

  generate(
    prompts: readonly Prompt[],
    options: GenerateOptions & { readonly signal: AbortSignal },
  ): Promise<Completed[]> {
    const ask = this.#method('generate', 'generate text');
    if (options.constraint !== undefined && this.tokenizer === undefined) {
      throw new ApiError(400, `${this.name} cannot keep to a form`, {
        code: 'unsupported_model',
        param: 'response_format',
      });
    }
    return gather<Completed>(prompts, ask(prompts, options), options.signal);
  }

  /** The same, telling text as it comes; from a runner that cannot, a prompt's whole text at the end. */
  async stream(
    prompts: readonly Prompt[],
    options: GenerateOptions & { readonly signal: AbortSignal },
    tell: (id: string, text: string, tokens: readonly TokenLogProbability[]) => void,
  ): Promise<Completed[]> {
    const told = new Map<string, number>();
    const onText = ({ id, text, tokens = [] }: TextPiece): void => {
      told.set(id, (told.get(id) ?? 0) + text.length);
      tell(id, text, tokens);
    };
    const answers = await this.generate(prompts, { ...options, onText });
    for (const { id, text } of answers) {
      const known = told.get(id) ?? 0;
      if (text.length > known) tell(id, text.slice(known), []);
    }
    return answers;
  }

  /** Each text's tokens with their log-probabilities; the first of a text has none, since nothing stands before it. */
  async score(
    texts: readonly (readonly number[])[],
    top: number,
    signal: AbortSignal,
  ): Promise<readonly (readonly ListedToken[])[]> {
    const ask = this.#method('logProbabilities', 'give log-probabilities');
    const requests = texts.flatMap((tokenIds, at) =>
      tokenIds.length < 2 ? [] : [{ id: `${at}`, prompt: '', continuation: '', tokenIds }],
    );
    const options = { signal, tokens: true, topLogProbabilities: top };
    const scored = await gather<Scored>(requests, ask(requests, options), signal);
    const tokensOf = new Map(scored.map(({ id, tokens = [] }) => [id, tokens]));
    return texts.map((ids, at) => {
      const pieces = this.tokenizer?.pieces(ids, { special: true }) ?? [];
      const known = [{ id: ids[0]!, logProbability: null, top: null }, ...(tokensOf.get(`${at}`) ?? [])];
      return ids.map((_, place) => ({ ...known[place]!, text: pieces[place] ?? '' }));
    });
  }

  async embed(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> {
    const ask = this.#method('embed', 'embed texts');
    const inputs = texts.map((text, at) => ({ id: `${at}`, text }));
    const answers = await gather<{ id: string; ok: true; vector: Float32Array }>(
      inputs,
      ask(inputs, { signal }),
      signal,
    );
    return answers.map(({ vector }) => vector);
  }

  /** Tokens of the prompts; 0 where the runner cannot count. */
  countTokens(prompts: readonly Prompt[]): number {
    try {
      return prompts.reduce((sum, prompt) => sum + (this.runner.countTokens?.(prompt) ?? 0), 0);
    } catch (thrown) {
      throw toAssayError(thrown, 'PROMPT_TEMPLATE');
    }
  }

  #method<Method extends 'generate' | 'logProbabilities' | 'embed'>(method: Method, what: string) {
    if (this.runner[method] !== undefined) return runnerMethod(this.runner, method);
    throw new ApiError(400, `${this.name} cannot ${what}`, { code: 'unsupported_model', param: 'model' });
  }
}
