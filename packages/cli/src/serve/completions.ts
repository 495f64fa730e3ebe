import { randomUUID } from 'node:crypto';
import type { Completed, Prompt } from 'assay/internal';
import { ApiError } from './api-error.ts';
import { EventStream } from './event-stream.ts';
import { type Exchange, sendJson } from './exchange.ts';
import { generateOptionsOf, seedOf } from './generate-options.ts';
import { parseRequest } from './parse-request.ts';
import { type CompletionRequest, completionRequest } from './request-schemas.ts';
import type { ServedModel } from './served-model.ts';
import { completionLogProbabilities } from './token-log-probabilities.ts';
import { usageOf } from './usage.ts';

/** OpenAI's own default. */
const DEFAULT_NEW_TOKENS = 16;

/** POST /v1/completions: text goes to the model as it is, without its chat template. */
export async function completions(
  model: ServedModel,
  body: Readonly<Record<string, unknown>>,
  { response, signal }: Exchange,
): Promise<void> {
  const request = parseRequest(completionRequest, body);
  const head = {
    id: `cmpl-${randomUUID()}`,
    object: 'text_completion',
    created: Math.floor(Date.now() / 1000),
    model: model.name,
  };
  const prompts = promptsOf(request);
  if (request.stream === true) return streamed(model, request, prompts, head, { response, signal });
  const answers = await answered(model, request, prompts, signal);
  const echoed = request.echo === true ? await echoes(model, request, prompts, signal) : undefined;
  const choices = answers.map((answer, index) => {
    const tokens = [...(echoed?.[index] ?? []), ...(answer.tokens ?? [])];
    return {
      index,
      text: `${request.echo === true ? prompts[index]!.text : ''}${answer.text}`,
      logprobs: isGiven(request.logprobs) ? completionLogProbabilities(tokens, request.logprobs > 0) : null,
      finish_reason: answer.finishReason,
    };
  });
  sendJson(response, 200, { ...head, choices, usage: usageOf(answers) });
}

async function streamed(
  model: ServedModel,
  request: CompletionRequest,
  prompts: readonly Prompt[],
  head: object,
  { response, signal }: Exchange,
): Promise<void> {
  if (request.echo === true || isGiven(request.logprobs)) {
    throw new ApiError(400, 'echo and logprobs are not streamed', { code: 'unsupported_parameter', param: 'stream' });
  }
  const stream = new EventStream(response);
  const send = (index: number, text: string, finish: string | null) =>
    stream.send({ ...head, choices: [{ index, text, logprobs: null, finish_reason: finish }] });
  const options = { ...generateOptionsOf(request, Math.max(1, request.max_tokens ?? DEFAULT_NEW_TOKENS)), signal };
  const answers = await model.stream(prompts, options, (id, text) => send(Number(id), text, null));
  for (const [index, { finishReason }] of answers.entries()) send(index, '', finishReason);
  if (request.stream_options?.include_usage === true) stream.send({ ...head, choices: [], usage: usageOf(answers) });
  stream.end();
}

/** With `max_tokens: 0` nothing is generated: the prompt alone is scored. */
async function answered(
  model: ServedModel,
  request: CompletionRequest,
  prompts: readonly Prompt[],
  signal: AbortSignal,
): Promise<readonly (Pick<Completed, 'text' | 'finishReason' | 'tokens'> & Partial<Completed>)[]> {
  const maxNewTokens = request.max_tokens ?? DEFAULT_NEW_TOKENS;
  if (maxNewTokens === 0) {
    return prompts.map((prompt) => ({
      text: '',
      finishReason: 'length',
      promptTokens: model.countTokens([prompt]),
      newTokens: 0,
    }));
  }
  const logProbabilities = isGiven(request.logprobs) ? { logProbabilities: true } : {};
  return model.generate(prompts, { ...generateOptionsOf(request, maxNewTokens), ...logProbabilities, signal });
}

/** The prompts' own tokens, where they are to be listed. */
async function echoes(model: ServedModel, request: CompletionRequest, prompts: readonly Prompt[], signal: AbortSignal) {
  if (!isGiven(request.logprobs)) return undefined;
  if (prompts.some(({ text }) => text === '')) return prompts.map(() => []);
  return model.score(
    prompts.map(({ text }) => text),
    signal,
  );
}

/** `n` choices for each prompt in turn, named by their index among all. */
function promptsOf({ prompt, n, seed }: CompletionRequest): Prompt[] {
  const first = seedOf(seed);
  const texts = typeof prompt === 'string' ? [prompt] : prompt;
  const each = texts.flatMap((text) => Array.from({ length: n ?? 1 }, (_, choice) => ({ text, seed: first + choice })));
  return each.map((part, index) => ({ id: `${index}`, ...part }));
}

function isGiven(value: number | null | undefined): value is number {
  return value !== null && value !== undefined;
}
