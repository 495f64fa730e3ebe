import type { PriceTable } from '../config/schema/run-config.ts';
import type { ModelSummary, Summary } from '../results/summary.ts';
import { tokenCost, tokenPrice } from './token-price.ts';

/** What a model's answers cost by a price table: an estimate from the tokens that its runner counted. */
export interface ModelCost {
  readonly model: string;
  /** null where something of it is unknown. */
  readonly amount: number | null;
  /** null without prices. */
  readonly currency: string | null;
  /** Samples that had an answer, from the cache or not. */
  readonly answers: number;
  /** What it was reckoned from, or what is missing. */
  readonly reason: string;
}

/** The cost of each model of a run. What is missing counts as unknown, never as 0. */
export function runCosts({ models }: Pick<Summary, 'models'>, prices: PriceTable | undefined): ModelCost[] {
  return models.map((model) => costOf(model, prices));
}

function costOf(model: ModelSummary, prices: PriceTable | undefined): ModelCost {
  const { name, runner, promptTokens, newTokens, states } = model;
  const base = { model: name, currency: prices?.currency ?? null, answers: states.scored + states.unscored };
  const unknown = (reason: string): ModelCost => ({ ...base, amount: null, reason });
  if (prices === undefined) return unknown('the config names no `prices`');
  if (runner === 'outputs') return { ...base, amount: 0, reason: 'the outputs were given: no model was asked' };
  const key = priceKey(model, prices);
  if (key === undefined) return unknown(`the price table has no tokens of ${name}`);
  if (promptTokens + newTokens === 0) return unknown('the runner counted no tokens');
  const isBatched = /#batch(?:#|$)/.test(runner);
  const price = tokenPrice(prices, [key], isBatched)!;
  const { input, output } = price;
  const how = isBatched ? ', in batches' : '';
  const reason = `${promptTokens} tokens in at ${input}, ${newTokens} out at ${output} a million${how}`;
  return { ...base, amount: tokenCost(price, promptTokens, newTokens), reason };
}

/** The model's name, else the longest id of the table that stands whole in the id of its runner. */
function priceKey({ name, runner }: ModelSummary, { tokens = {} }: PriceTable): string | undefined {
  if (Object.hasOwn(tokens, name)) return name;
  const inRunner = Object.keys(tokens).filter((key) => {
    const at = `:${runner}`.indexOf(`:${key}`);
    return key !== '' && at >= 0 && /^(?:[:@#]|$)/.test(runner.slice(at + key.length));
  });
  return inRunner.sort((a, b) => b.length - a.length)[0];
}
