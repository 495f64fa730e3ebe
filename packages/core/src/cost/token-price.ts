import type { PriceTable } from '../config/schema/run-config.ts';

/** What a batch costs of the price at once, as OpenAI and Anthropic charge it. */
const BATCH_SHARE = 0.5;

/** Per million tokens. */
export interface TokenPrice {
  readonly input: number;
  readonly output: number;
}

/**
 * The price that stands under one of a model's names.
 * @param isBatched whether the model is asked in batches, which cost a share of it
 */
export function tokenPrice(
  prices: PriceTable | undefined,
  names: readonly string[],
  isBatched = false,
): TokenPrice | undefined {
  const name = names.find((each) => prices?.tokens !== undefined && Object.hasOwn(prices.tokens, each));
  if (name === undefined) return undefined;
  const { input, output, batch = BATCH_SHARE } = prices!.tokens![name]!;
  const share = isBatched ? batch : 1;
  return { input: input * share, output: output * share };
}

/** Of so many tokens. */
export function tokenCost({ input, output }: TokenPrice, promptTokens: number, newTokens: number): number {
  return (promptTokens * input + newTokens * output) / 1e6;
}
