import type { Runner } from '../runner/runner.ts';
import { runnerMethod } from '../runner/runner-method.ts';
import { runnerWith } from '../runner/runner-with.ts';
import type { CostMeter } from './cost-meter.ts';
import { tokenCost, tokenPrice } from './token-price.ts';

/** A runner whose answers' tokens go to the meter under the model's names; each answer has what it cost. */
export function meteredRunner(runner: Runner, meter: CostMeter, names: readonly string[], isBatched = false): Runner {
  if (runner.generate === undefined) return runner;
  const ask = runnerMethod(runner, 'generate');
  const generate: typeof ask = async function* (prompts, options) {
    for await (const answer of ask(prompts, options)) {
      const { promptTokens, newTokens } = answer.ok ? answer : {};
      if (promptTokens === undefined && newTokens === undefined) {
        yield answer;
        continue;
      }
      meter.addTokens(names, { input: promptTokens ?? 0, output: newTokens ?? 0 }, isBatched);
      const price = tokenPrice(meter.prices, names, isBatched);
      const isKnown = price !== undefined && promptTokens !== undefined && newTokens !== undefined;
      yield isKnown ? { ...answer, cost: tokenCost(price, promptTokens, newTokens) } : answer;
    }
  };
  return runnerWith(runner, { generate });
}
