import type { Completion, RunnerHooks } from '@assay/core';
import { expect, it, onTestFinished } from 'vitest';
import { childProcesses } from '../../test/child-processes.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { tinyText, writeTinyLanguageModel } from '../../test/tiny-language-model.ts';
import { createLocalRunner, type LocalRunnerOptions } from '../local-runner.ts';

type Death = Parameters<NonNullable<RunnerHooks['onWorkerDeath']>>[0];

async function open(options: Partial<LocalRunnerOptions>) {
  const model = temporaryFolder();
  writeTinyLanguageModel(model, 'llama', { 'onnx/model.onnx': 'gqa.onnx' });
  const runner = await createLocalRunner({ model, workers: 1, batchSize: 8, digest: 'tiny', ...options });
  onTestFinished(() => runner.close());
  return runner;
}

it('a worker process that is killed amid its work costs no answer, and changes none', async ({ skip }) => {
  if (childProcesses('none') === null) skip('no ps to find the worker with');
  const prompts = Array.from({ length: 96 }, (_, i) => {
    return { id: String(i), text: tinyText(3 + (i % 45), 4 + ((i * 7) % 44)), seed: i };
  });
  const options = { maxNewTokens: 24, temperature: 1 };
  const undisturbed = new Map<string, Completion>();
  for await (const answer of (await open({})).generate(prompts, options)) undisturbed.set(answer.id, answer);
  const deaths: Death[] = [];
  const runner = await open({ isolate: true, hooks: { onWorkerDeath: (death) => deaths.push(death) } });
  const [pid] = childProcesses('causal-worker') ?? [];
  const answers = new Map<string, Completion>();
  for await (const answer of runner.generate(prompts, options)) {
    answers.set(answer.id, answer);
    if (answers.size === 10) process.kill(pid!, 'SIGKILL');
  }
  expect(deaths).toEqual([expect.objectContaining({ isRestarted: true, reason: expect.stringContaining('SIGKILL') })]);
  expect(deaths[0]!.requeued).toBeGreaterThan(0);
  const texts = (all: Map<string, Completion>) =>
    Object.fromEntries([...all].map(([id, each]) => [id, each.ok ? each.text : each.error.message]));
  expect(texts(answers)).toEqual(texts(undisturbed));
  const again = [...answers.values()].filter(({ attempts }) => attempts === 2);
  expect(again).toHaveLength(deaths[0]!.requeued);
});
