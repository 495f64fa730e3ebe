import type { PriceTable } from '../../config/schema/run-config.ts';
import { formatAmount } from '../../cost/hourly-cost.ts';
import { tokenCost, tokenPrice } from '../../cost/token-price.ts';
import type { Cost, Probe } from './run-preview.ts';

/** What is to be asked again. */
export interface Asked {
  /** Names a price may stand under: the model's in the config, its id. */
  readonly names: readonly string[];
  /** Questions not cached. */
  readonly questions: number;
  /** Of them, those that generate text. */
  readonly generations: number;
  /** Of the questions; null where the runner cannot count. */
  readonly promptTokens: number | null;
  readonly maxNewTokens: number;
  readonly probe: Probe | null;
  /** In batches, which cost less. @default false */
  readonly isBatched?: boolean | undefined;
}

/** The price of the questions by the user's own table; null, with the reason, where something of it is unknown. */
export function estimateCost(
  prices: PriceTable | undefined,
  asked: Asked,
): { readonly cost: Cost | null; readonly costReason: string } {
  if (prices === undefined)
    return { cost: null, costReason: 'no prices: name a price table with `prices:` or --prices' };
  const { currency } = prices;
  if (asked.questions === 0) {
    return { cost: { amount: 0, currency, isUpperBound: false }, costReason: 'nothing is asked of the model' };
  }
  const price = tokenPrice(prices, asked.names, asked.isBatched);
  if (price === undefined)
    return { cost: null, costReason: `the price table has no tokens of ${asked.names.join(' or ')}` };
  const { probe, questions, generations, maxNewTokens } = asked;
  const promptTokens = asked.promptTokens ?? (probe?.promptTokens == null ? null : probe.promptTokens * questions);
  if (promptTokens === null)
    return { cost: null, costReason: 'the prompts’ tokens are unknown before the model is asked' };
  const measured = probe?.newTokens ?? null;
  const newTokens = (measured ?? maxNewTokens) * generations;
  const amount = tokenCost(price, promptTokens, newTokens);
  const answers = measured === null ? `at most ${maxNewTokens}` : `${measured.toFixed(1)}`;
  const atOnce = tokenCost(tokenPrice(prices, asked.names)!, promptTokens, newTokens);
  const saving =
    asked.isBatched === true
      ? `; in batches, ${formatAmount(atOnce - amount)} ${currency} less than ${formatAmount(atOnce)} at once`
      : '';
  return {
    cost: { amount, currency, isUpperBound: measured === null && generations > 0 },
    costReason: `${Math.round(promptTokens)} prompt tokens, ${answers} new tokens an answer${measured === null ? '' : ' as in the probe'}${saving}`,
  };
}
