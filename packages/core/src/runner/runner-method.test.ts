import { expect, test } from 'vitest';
import type { Runner } from './runner.ts';
import { runnerMethod, runnerMethods } from './runner-method.ts';
import { runnerWith } from './runner-with.ts';

async function* none(): AsyncGenerator<never> {}

test('a model that only generates is one method', async () => {
  const runner: Runner = {
    version: 2,
    id: 'own:v1',
    async *generate(prompts) {
      for await (const { id, text } of prompts) yield { id, ok: true, text, finishReason: 'stop', elapsedMs: 0 };
    },
  };
  expect(runnerMethods(runner)).toEqual(['generate']);
  const texts: string[] = [];
  const answers = runnerMethod(runner, 'generate')([{ id: 'a', text: 'said' }], {});
  for await (const answer of answers) if (answer.ok) texts.push(answer.text);
  expect(texts).toEqual(['said']);
});

test('a method is called as the runner’s own', () => {
  class Counting implements Runner {
    readonly version = 2;
    readonly id = 'counting';
    calls = 0;
    embed() {
      this.calls += 1;
      return none();
    }
  }
  const runner = new Counting();
  runnerMethod(runner, 'embed')([], {});
  runnerMethod(runnerWith(runner, { id: 'renamed' }), 'embed')([], {});
  expect(runner.calls).toBe(2);
});

test('what a runner lacks is told with what it can do, or with its own advice', () => {
  const runner: Runner = { version: 2, id: 'own:v1', generate: none, embed: none };
  expect(() => runnerMethod(runner, 'classify')).toThrow(
    expect.objectContaining({
      code: 'RUNNER_CAPABILITY',
      message: 'own:v1 cannot classify texts',
      hint: 'Use a model that can classify texts; this one can generate text and embed texts.',
    }),
  );
  const advised = { ...runner, hints: { logProbabilities: 'set log_probability' } };
  expect(() => runnerMethod(advised, 'logProbabilities')).toThrow(
    expect.objectContaining({ message: 'own:v1 cannot give log-probabilities', hint: 'set log_probability' }),
  );
  expect(() => runnerMethod({ version: 2, id: 'mute' }, 'embed')).toThrow(
    expect.objectContaining({ hint: 'Use a model that can embed texts.' }),
  );
});

test('a runner with some members replaced has no method that it lacked', () => {
  const runner = runnerWith<Runner>({ version: 2, id: 'own:v1', generate: none }, { id: 'other' });
  expect(runnerMethods(runner)).toEqual(['generate']);
  expect(runner.close).toBeUndefined();
});
