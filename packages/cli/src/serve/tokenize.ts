import type { Tokenizer } from 'assay/internal';
import { z } from 'zod';
import { ApiError } from './api-error.ts';
import type { Exchange } from './exchange.ts';
import { parseRequest } from './parse-request.ts';
import { messages } from './request-schemas.ts';
import type { ServedModel } from './served-model.ts';
import { tokenName } from './token-names.ts';

const textRequest = z.object({
  model: z.string().nullish(),
  prompt: z.string(),
  add_special_tokens: z.boolean().nullish(),
  return_token_strs: z.boolean().nullish(),
});

const chatRequest = z.object({
  model: z.string().nullish(),
  messages,
  add_generation_prompt: z.literal(true, 'only true is supported').nullish(),
  add_special_tokens: z.literal(false, 'the chat template has them already').nullish(),
  return_token_strs: z.boolean().nullish(),
});

const detokenizeRequest = z.object({ model: z.string().nullish(), tokens: z.array(z.int().min(0)) });

type Body = Readonly<Record<string, unknown>>;

/** POST /tokenize, as vLLM has it: a text, or a conversation through the chat template. */
export async function tokenize(model: ServedModel, body: Body, { reply }: Exchange): Promise<void> {
  const tokenizer = tokenizerOf(model);
  const { ids, wantsNames } = 'messages' in body ? ofChat(tokenizer, body) : ofText(tokenizer, body);
  reply.json(200, {
    count: ids.length,
    max_model_len: model.runner.contextTokens ?? null,
    tokens: ids,
    token_strs: wantsNames ? ids.map((id) => tokenName(tokenizer.bytesOf(id) ?? Buffer.of(), 'completion')) : null,
  });
}

function ofText(tokenizer: Tokenizer, body: Body) {
  const request = parseRequest(textRequest, body);
  const ids = tokenizer.encode(request.prompt, { special: request.add_special_tokens ?? true });
  return { ids, wantsNames: request.return_token_strs === true };
}

function ofChat(tokenizer: Tokenizer, body: Body) {
  const request = parseRequest(chatRequest, body);
  const text = request.messages.map(({ content }) => content).join('\n\n');
  const ids = tokenizer.encodePrompt({ id: '', text, messages: request.messages });
  return { ids, wantsNames: request.return_token_strs === true };
}

/** POST /detokenize, as vLLM has it: special tokens are written out. */
export async function detokenize(model: ServedModel, body: Body, { reply }: Exchange): Promise<void> {
  const tokenizer = tokenizerOf(model);
  const { tokens } = parseRequest(detokenizeRequest, body);
  reply.json(200, { prompt: tokenizer.decode(knownIds(tokenizer, tokens, 'tokens'), { special: true }) });
}

/** GET /tokenizer_info, as vLLM has it: lm_eval asks it for the ends of texts and the chat template. */
export function tokenizerInfo(model: ServedModel): object {
  return tokenizerOf(model).info;
}

/** @throws ApiError 400 for an id that names no token of the model */
export function knownIds(tokenizer: Tokenizer, ids: readonly number[], param: string): readonly number[] {
  const unknown = ids.find((id) => id >= tokenizer.vocabularySize);
  if (unknown === undefined) return ids;
  const message = `${param}: the model has no token ${unknown}; its ids are below ${tokenizer.vocabularySize}`;
  throw new ApiError(400, message, { code: 'invalid_token_id', param });
}

/** @throws ApiError 400 for a model whose tokenizer is not available */
export function tokenizerOf(model: ServedModel): Tokenizer {
  if (model.tokenizer !== undefined) return model.tokenizer;
  throw new ApiError(400, `${model.name} has no tokenizer here: it takes no token ids and echoes no text`, {
    code: 'unsupported_model',
    param: 'model',
  });
}
