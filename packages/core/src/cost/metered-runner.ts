import type { Runner } from '../runner/runner.ts';
import { runnerMethod } from '../runner/runner-method.ts';
import { runnerWith } from '../runner/runner-with.ts';
import type { CostMeter } from './cost-meter.ts';

/** A runner whose answers' tokens go to the meter under the model's names. */
export function meteredRunner(runner: Runner, meter: CostMeter, names: readonly string[], isBatched = false): Runner {
  if (runner.generate === undefined) return runner;
  const ask = runnerMethod(runner, 'generate');
  const generate: typeof ask = async function* (prompts, options) {
    for await (const answer of ask(prompts, options)) {
      if (answer.ok && (answer.promptTokens !== undefined || answer.newTokens !== undefined))
        meter.addTokens(names, { input: answer.promptTokens ?? 0, output: answer.newTokens ?? 0 }, isBatched);
      yield answer;
    }
  };
  return runnerWith(runner, { generate });
}
