import type { Prompt } from 'assay/internal';
import { seedOf } from './generate-options.ts';
import type { CompletionRequest } from './request-schemas.ts';
import type { ServedModel } from './served-model.ts';
import { knownIds, tokenizerOf } from './tokenize.ts';

export type CompletionPrompt = Pick<Prompt, 'id' | 'text' | 'tokenIds' | 'seed'>;

/**
 * `n` choices for each prompt in turn, named by their index among all. Where the prompt is echoed or came as token ids, its
 * tokens are fixed here, so that what is listed is what the model read.
 * @throws ApiError 400 for ids that the model does not know, or a model whose tokenizer is not available
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
  return tokenizer.decode(knownIds(tokenizer, ids, 'prompt'), { special: true });
}
