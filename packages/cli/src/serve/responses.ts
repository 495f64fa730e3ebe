import type { Completed, Prompt } from 'assay/internal';
import type { Exchange } from './exchange.ts';
import { generateOptionsOf, listing, seedOf } from './generate-options.ts';
import { parseRequest } from './parse-request.ts';
import { ResponseEvents } from './response-events.ts';
import { type ResponseHead, responseHead } from './response-head.ts';
import { formatOf, messagesOf, responseRequest } from './response-request.ts';
import type { ServedModel } from './served-model.ts';
import { chatLogProbabilities, type ListedToken } from './token-log-probabilities.ts';

/** New tokens of an answer where the request states no limit: as of a chat. */
const DEFAULT_NEW_TOKENS = 256;

/** POST /v1/responses: one message of text, through the model's chat template. Nothing is stored. */
export async function responses(
  model: ServedModel,
  body: Readonly<Record<string, unknown>>,
  { reply, signal }: Exchange,
): Promise<void> {
  const request = parseRequest(responseRequest, body);
  const messages = messagesOf(request);
  const text = messages.map(({ content }) => content).join('\n\n');
  const prompt: Prompt = { id: '0', text, messages, seed: seedOf(undefined) };
  const lists = request.include?.includes('message.output_text.logprobs') === true;
  const options = {
    ...generateOptionsOf({ ...request, ...formatOf(request) }, request.max_output_tokens ?? DEFAULT_NEW_TOKENS),
    ...listing(lists ? (request.top_logprobs ?? 0) : null),
    signal,
  };
  const logprobsOf = (tokens: readonly ListedToken[] = []) =>
    lists ? chatLogProbabilities(tokens, request.top_logprobs ?? 0, model.tokenizer).content : [];
  const head = responseHead(model, request);
  if (request.stream !== true) {
    const [answer] = await model.generate([prompt], options);
    reply.json(200, finished(head, answer!, logprobsOf(answer!.tokens)));
    return;
  }
  const events = new ResponseEvents(reply, head);
  let sent = 0;
  const [answer] = await model.stream([prompt], options, (_, delta, tokens) => {
    sent += tokens.length;
    events.delta(delta, logprobsOf(tokens));
  });
  if (answer!.tokens !== undefined && sent < answer!.tokens.length)
    events.delta('', logprobsOf(answer!.tokens.slice(sent)));
  events.end(finished(head, answer!, logprobsOf(answer!.tokens)));
}

function finished(head: ResponseHead, answer: Completed, logprobs: readonly object[]): ResponseHead {
  const isWhole = answer.finishReason === 'stop';
  const status = isWhole ? 'completed' : 'incomplete';
  const content = [{ type: 'output_text', text: answer.text, annotations: [], logprobs }];
  const { promptTokens = 0, newTokens = 0 } = answer;
  return {
    ...head,
    status,
    incomplete_details: isWhole ? null : { reason: 'max_output_tokens' },
    output: [{ type: 'message', id: head.id.replace('resp_', 'msg_'), status, role: 'assistant', content }],
    usage: {
      input_tokens: promptTokens,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: newTokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: promptTokens + newTokens,
    },
  };
}
