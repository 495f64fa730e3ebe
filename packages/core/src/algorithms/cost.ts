import { z } from 'zod';
import { defineAlgorithm } from './algorithm.ts';
import { cannotAskAgain } from './cannot-ask-again.ts';
import { atLeastZero } from './score-specs.ts';

const price = (what: string) => z.number().min(0).describe(`Price of 1000 ${what} tokens, in any currency.`);

const options = z.strictObject({
  price_per_1k_input_tokens: price('prompt'),
  price_per_1k_output_tokens: price('new'),
});

/** What an answer costs at given prices, from the tokens that the runner counted. */
export const cost = defineAlgorithm({
  name: 'cost',
  summary: 'What an answer costs at given prices per token.',
  options,
  needs: () => ['model_input'],
  needsOfOutputs: () => cannotAskAgain('cost'),
  scores: () => ({ cost: atLeastZero('Price of the answer, in the currency of the prices.') }),
  score: ({ answers }, { price_per_1k_input_tokens: input, price_per_1k_output_tokens: output }) => {
    const answer = answers.get('original');
    if (answer?.kind !== 'generate') return { unscored: 'no_output' };
    const { promptTokens, newTokens } = answer;
    if (promptTokens === undefined || newTokens === undefined) return { unscored: 'no_token_counts' };
    return { scores: { cost: (promptTokens * input + newTokens * output) / 1000 } };
  },
  signature: ({ price_per_1k_input_tokens: input, price_per_1k_output_tokens: output }) =>
    `cost|in:${input}|out:${output}|v1`,
});
