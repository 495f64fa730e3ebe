import { randomUUID } from 'node:crypto';
import type { Prompt } from 'assay/internal';
import type { Exchange } from './exchange.ts';
import { generateOptionsOf, listing, seedOf } from './generate-options.ts';
import { parseRequest } from './parse-request.ts';
import { type ChatRequest, chatRequest } from './request-schemas.ts';
import type { ServedModel } from './served-model.ts';
import { chatLogProbabilities, type ListedToken } from './token-log-probabilities.ts';
import { usageOf } from './usage.ts';

/** New tokens of a chat answer where the request states no limit. */
const DEFAULT_NEW_TOKENS = 256;

/** POST /v1/chat/completions */
export async function chatCompletions(
  model: ServedModel,
  body: Readonly<Record<string, unknown>>,
  { reply, signal }: Exchange,
): Promise<void> {
  const request = parseRequest(chatRequest, body);
  const prompts = promptsOf(request);
  const maxNewTokens = request.max_completion_tokens ?? request.max_tokens ?? DEFAULT_NEW_TOKENS;
  const options = {
    ...generateOptionsOf(request, maxNewTokens),
    ...listing(request.logprobs === true ? (request.top_logprobs ?? 0) : null),
    signal,
  };
  const head = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model: model.name };
  if (request.stream !== true) {
    const answers = await model.generate(prompts, options);
    const choices = answers.map((answer, index) => ({
      index,
      message: { role: 'assistant', content: answer.text, refusal: null },
      logprobs: logprobsOf(model, request, answer.tokens),
      finish_reason: answer.finishReason,
    }));
    reply.json(200, { ...head, object: 'chat.completion', choices, usage: usageOf(answers, prompts.length) });
    return;
  }
  const begun = new Set<number>();
  const sent = prompts.map(() => 0);
  const send = (index: number, delta: object, tokens: readonly ListedToken[] | undefined, finish: string | null) => {
    const role = begun.has(index) ? {} : { role: 'assistant' };
    begun.add(index);
    const logprobs = logprobsOf(model, request, tokens);
    const choice = { index, delta: { ...role, ...delta }, logprobs, finish_reason: finish };
    reply.event({ ...head, object: 'chat.completion.chunk', choices: [choice] });
  };
  const answers = await model.stream(prompts, options, (id, content, tokens) => {
    sent[Number(id)]! += tokens.length;
    send(Number(id), { content }, tokens, null);
  });
  for (const [index, { tokens, finishReason }] of answers.entries())
    send(index, {}, tokens?.slice(sent[index]), finishReason);
  if (request.stream_options?.include_usage === true)
    reply.event({ ...head, object: 'chat.completion.chunk', choices: [], usage: usageOf(answers, prompts.length) });
  reply.end('[DONE]');
}

/** One prompt for each choice, named by its index. */
function promptsOf({ messages, n, seed }: ChatRequest): Prompt[] {
  const first = seedOf(seed);
  const text = messages.map(({ content }) => content).join('\n\n');
  return Array.from({ length: n ?? 1 }, (_, index) => ({ id: `${index}`, text, messages, seed: first + index }));
}

function logprobsOf(model: ServedModel, request: ChatRequest, tokens: readonly ListedToken[] | undefined) {
  if (request.logprobs !== true || tokens === undefined) return null;
  return chatLogProbabilities(tokens, request.top_logprobs ?? 0, model.tokenizer);
}
