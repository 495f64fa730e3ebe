import type { Completed } from 'assay/internal';

/** Tokens of a request. The prompt of several choices counts once for each: each is read. */
export function usageOf(answers: readonly Pick<Completed, 'promptTokens' | 'newTokens'>[]) {
  const prompt = answers.reduce((sum, { promptTokens = 0 }) => sum + promptTokens, 0);
  const completion = answers.reduce((sum, { newTokens = 0 }) => sum + newTokens, 0);
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}
