import type { LogProbability, LogProbabilityOptions, LogProbabilityRequest } from '@assay/core';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { tinyText, writeTinyLanguageModel } from '../../test/tiny-language-model.ts';
import { createLocalRunner } from '../local-runner.ts';

/** A word a token. */
const words = (count: number, stride = 7) => Array.from({ length: count }, (_, i) => 3 + ((i * stride) % 45));

/** A model with a context of 64 tokens. */
async function scorer() {
  const model = temporaryFolder();
  writeTinyLanguageModel(model, 'llama', { 'onnx/model.onnx': 'gqa.onnx' });
  const runner = await createLocalRunner({ model, workers: 1, digest: 'tiny' });
  onTestFinished(() => runner.close());
  return async (request: Omit<LogProbabilityRequest, 'id'>, options: LogProbabilityOptions = {}) => {
    let found: LogProbability | undefined;
    for await (const answer of runner.logProbabilities([{ id: 'r', ...request }], options)) found = answer;
    return found!;
  };
}

const continuation = ` ${tinyText(5, 9, 11)}`;

it('a prompt that does not fit beside its continuation ends as truncated, unless it may be cut', async () => {
  const score = await scorer();
  // 64 tokens are read; the last of the continuation is only a target.
  expect(await score({ prompt: tinyText(...words(62)), continuation })).toMatchObject({ ok: true, tokenCount: 3 });
  const prompt = words(63);
  expect(await score({ prompt: tinyText(...prompt), continuation })).toMatchObject({
    ok: false,
    state: 'truncated',
    error: { code: 'RUNNER_PROMPT_TOO_LONG', message: expect.stringContaining('63 tokens and its continuation 3') },
  });
  const expected = async (kept: readonly number[]) => score({ prompt: tinyText(...kept), continuation });
  const left = await score({ prompt: tinyText(...prompt), continuation }, { overflow: 'left' });
  expect(left).toMatchObject(numbers(await expected(prompt.slice(1))));
  const long = words(100);
  const middle = await score({ prompt: tinyText(...long), continuation }, { overflow: 'middle' });
  expect(middle).toMatchObject(numbers(await expected([...long.slice(0, 31), ...long.slice(-31)])));
});

it('a continuation beyond the context ends as truncated, whatever may be cut', async () => {
  const score = await scorer();
  const request = { prompt: tinyText(5), continuation: ` ${tinyText(...words(65))}` };
  const answer = await score(request, { overflow: 'left' });
  expect(answer).toMatchObject({ ok: false, state: 'truncated', error: { hint: 'shorten the continuation' } });
});

it('a text without a prompt is read in windows, with the stride that is asked for', async () => {
  const score = await scorer();
  const text = tinyText(...words(150));
  const half = await score({ prompt: '', continuation: text });
  const whole = await score({ prompt: '', continuation: text, windows: 'whole' });
  if (!half.ok || !whole.ok) throw new Error('not scored');
  expect([half.tokenCount, whole.tokenCount]).toEqual([150, 150]);
  // The first window is the same; behind it the contexts differ.
  expect(half.tokenLogProbabilities.slice(0, 64)).toEqual(whole.tokenLogProbabilities.slice(0, 64));
  expect(half.tokenLogProbabilities[70]).not.toBeCloseTo(whole.tokenLogProbabilities[70]!, 4);
});

function numbers(answer: LogProbability): object {
  if (!answer.ok) throw new Error(answer.error.message);
  return { ok: true, tokenCount: 3, logProbability: expect.closeTo(answer.logProbability, 4) };
}
