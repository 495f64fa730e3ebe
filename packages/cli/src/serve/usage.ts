import type { Completed } from 'assay/internal';

type Counted = Pick<Completed, 'promptTokens' | 'newTokens'>;

/**
 * Tokens of a request. A prompt counts once however many choices are asked of it.
 * @param choices of each prompt, which stand beside one another
 */
export function usageOf(answers: readonly Counted[], choices = 1) {
  const prompt = answers.reduce((sum, { promptTokens = 0 }, at) => sum + (at % choices === 0 ? promptTokens : 0), 0);
  const completion = answers.reduce((sum, { newTokens = 0 }) => sum + newTokens, 0);
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}
