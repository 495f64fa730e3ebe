import { randomUUID } from 'node:crypto';
import type { Completed } from 'assay/internal';
import { type CompletionPrompt, completionPrompts } from './completion-prompts.ts';
import type { Exchange } from './exchange.ts';
import { generateOptionsOf, listing } from './generate-options.ts';
import { parseRequest } from './parse-request.ts';
import { type CompletionRequest, completionRequest } from './request-schemas.ts';
import type { ServedModel } from './served-model.ts';
import { codePoints, completionLogProbabilities, type ListedToken } from './token-log-probabilities.ts';
import { usageOf } from './usage.ts';

/** OpenAI's own default. */
const DEFAULT_NEW_TOKENS = 16;

type Answer = Pick<Completed, 'text' | 'finishReason' | 'tokens'> & Partial<Completed>;

/** What all events and the whole answer of a request begin with. */
type Head = Readonly<Record<'id' | 'object' | 'created' | 'model', string | number>>;

/** POST /v1/completions: text goes to the model as it is, without its chat template. */
export async function completions(
  model: ServedModel,
  body: Readonly<Record<string, unknown>>,
  { reply, signal }: Exchange,
): Promise<void> {
  const request = parseRequest(completionRequest, body);
  const head: Head = {
    id: `cmpl-${randomUUID()}`,
    object: 'text_completion',
    created: Math.floor(Date.now() / 1000),
    model: model.name,
  };
  const prompts = completionPrompts(model, request);
  if (request.stream === true) return streamed(model, request, prompts, head, { reply, signal });
  const answers = await answered(model, request, prompts, signal);
  const echoed = await echoedTokens(model, request, prompts, signal);
  const choices = answers.map((answer, index) => ({
    index,
    text: `${request.echo === true ? prompts[index]!.text : ''}${answer.text}`,
    logprobs: listed(model, request, [...(echoed[index] ?? []), ...(answer.tokens ?? [])]),
    finish_reason: answer.finishReason,
  }));
  reply.json(200, { ...head, choices, usage: usageOf(answers, request.n ?? 1) });
}

async function streamed(
  model: ServedModel,
  request: CompletionRequest,
  prompts: readonly CompletionPrompt[],
  head: Head,
  { reply, signal }: Exchange,
): Promise<void> {
  const echoed = await echoedTokens(model, request, prompts, signal);
  const offsets = prompts.map(() => 0);
  const sent = prompts.map(() => 0);
  const send = (index: number, text: string, tokens: readonly ListedToken[], finish: string | null) => {
    const logprobs = listed(model, request, tokens, offsets[index]);
    for (const token of tokens) offsets[index]! += codePoints(token.text);
    reply.event({ ...head, choices: [{ index, text, logprobs, finish_reason: finish }] });
  };
  if (request.echo === true) for (const [at, { text }] of prompts.entries()) send(at, text, echoed[at] ?? [], null);
  const answers = await answered(model, request, prompts, signal, (id, text, tokens) => {
    sent[Number(id)]! += tokens.length;
    send(Number(id), text, tokens, null);
  });
  // The end token brings no text, and those of a stop string none that is told.
  for (const [index, { finishReason, tokens = [] }] of answers.entries())
    send(index, '', tokens.slice(sent[index]), finishReason);
  if (request.stream_options?.include_usage === true)
    reply.event({ ...head, choices: [], usage: usageOf(answers, request.n ?? 1) });
  reply.end('[DONE]');
}

/** With `max_tokens: 0` nothing is generated: the prompt alone is scored. */
async function answered(
  model: ServedModel,
  request: CompletionRequest,
  prompts: readonly CompletionPrompt[],
  signal: AbortSignal,
  tell?: (id: string, text: string, tokens: readonly ListedToken[]) => void,
): Promise<readonly Answer[]> {
  const maxNewTokens = request.max_tokens ?? DEFAULT_NEW_TOKENS;
  if (maxNewTokens === 0) {
    return prompts.map((prompt) => ({
      text: '',
      finishReason: 'length',
      promptTokens: model.countTokens([prompt]),
      newTokens: 0,
    }));
  }
  const options = { ...generateOptionsOf(request, maxNewTokens), ...listing(request.logprobs), signal };
  return tell === undefined ? model.generate(prompts, options) : model.stream(prompts, options, tell);
}

/** The prompts' own tokens, where they are to be listed; those of one prompt's choices are the same. */
async function echoedTokens(
  model: ServedModel,
  { echo, logprobs, n }: CompletionRequest,
  prompts: readonly CompletionPrompt[],
  signal: AbortSignal,
): Promise<readonly (readonly ListedToken[])[]> {
  if (echo !== true || logprobs === null || logprobs === undefined) return [];
  const choices = n ?? 1;
  const distinct = prompts.filter((_, at) => at % choices === 0).map(({ tokenIds = [] }) => tokenIds);
  const scored = await model.score(distinct, Math.max(1, logprobs), signal);
  return prompts.map(({ text }, at) => withoutAdded(scored[Math.floor(at / choices)]!, text));
}

/** A token that the tokenizer puts before a text is listed, but brings none of its characters. */
function withoutAdded(tokens: readonly ListedToken[], text: string): readonly ListedToken[] {
  const [first, ...others] = tokens;
  return first === undefined || text.startsWith(first.text) ? tokens : [{ ...first, text: '' }, ...others];
}

function listed(model: ServedModel, { logprobs }: CompletionRequest, tokens: readonly ListedToken[], start = 0) {
  if (logprobs === null || logprobs === undefined) return null;
  return completionLogProbabilities(tokens, logprobs, model.tokenizer, start);
}
