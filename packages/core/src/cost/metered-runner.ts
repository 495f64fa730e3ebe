import type { Runner } from '../runner/runner.ts';
import { runnerWith } from '../runner/runner-with.ts';
import type { CostMeter } from './cost-meter.ts';

/** A runner whose answers' tokens go to the meter under the model's names. */
export function meteredRunner(runner: Runner, meter: CostMeter, names: readonly string[]): Runner {
  const generate: Runner['generate'] = async function* (prompts, options) {
    for await (const answer of runner.generate(prompts, options)) {
      if (answer.ok && (answer.promptTokens !== undefined || answer.newTokens !== undefined))
        meter.addTokens(names, { input: answer.promptTokens ?? 0, output: answer.newTokens ?? 0 });
      yield answer;
    }
  };
  return runnerWith(runner, { generate });
}
