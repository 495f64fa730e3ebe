import type { Prompt } from 'assay/internal';
import { ApiError } from './api-error.ts';
import { seedOf } from './generate-options.ts';
import type { CompletionRequest } from './request-schemas.ts';
import type { ServedModel } from './served-model.ts';

export type CompletionPrompt = Pick<Prompt, 'id' | 'text' | 'tokenIds' | 'seed'>;

/**
 * `n` choices for each prompt in turn, named by their index among all. Where the prompt is echoed or came as token ids, its
 * tokens are fixed here, so that what is listed is what the model read.
 * @throws ApiError 400 for ids that the model does not know, or a model whose tokenizer is not at hand
 */
export function completionPrompts(model: ServedModel, request: CompletionRequest): CompletionPrompt[] {
  const first = seedOf(request.seed);
  const choices = Array.from({ length: request.n ?? 1 }, (_, choice) => first + choice);
  const prompts = listOf(request.prompt).map((prompt) => {
    if (typeof prompt !== 'string') return { tokenIds: prompt, text: textOf(model, prompt) };
    if (request.echo !== true) return { text: prompt };
    return { text: prompt, tokenIds: tokenizerOf(model).encodePrompt({ id: '', text: prompt }) };
  });
  return prompts
    .flatMap((prompt) => choices.map((seed) => ({ ...prompt, seed })))
    .map((prompt, index) => ({ id: `${index}`, ...prompt }));
}

function listOf(prompt: CompletionRequest['prompt']): (string | number[])[] {
  if (typeof prompt === 'string') return [prompt];
  return typeof prompt[0] === 'number' ? [prompt as number[]] : (prompt as (string | number[])[]);
}

function textOf(model: ServedModel, ids: readonly number[]): string {
  const tokenizer = tokenizerOf(model);
  const unknown = ids.find((id) => id >= tokenizer.vocabularySize);
  if (unknown === undefined) return tokenizer.decode(ids, { special: true });
  const message = `prompt: the model has no token ${unknown}; its ids are below ${tokenizer.vocabularySize}`;
  throw new ApiError(400, message, { code: 'invalid_token_id', param: 'prompt' });
}

function tokenizerOf(model: ServedModel) {
  if (model.tokenizer !== undefined) return model.tokenizer;
  throw new ApiError(400, `${model.name} takes no token ids and echoes no text`, { code: 'unsupported_model' });
}
