import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Completion, Prompt } from '../runner/runner.ts';
import { runnerMethods } from '../runner/runner-method.ts';
import { createScriptedRunner, type ScriptedRunnerOptions } from './scripted-runner.ts';

const prompt = (id: string, text: string, asked?: string): Prompt => ({
  id,
  text,
  ...(asked === undefined ? {} : { messages: [{ role: 'user', content: asked }] as const }),
});

async function ask(
  options: ScriptedRunnerOptions,
  prompts: readonly Prompt[],
  signal?: AbortSignal,
): Promise<Completion[]> {
  const runner = await createScriptedRunner(options);
  const answers: Completion[] = [];
  for await (const answer of runner.generate(prompts, signal === undefined ? {} : { signal })) answers.push(answer);
  return answers;
}

test.each([
  ['the prompt’s text', prompt('x', 'exact'), 'by text'],
  ['its last user message', prompt('x', 'Q: asked', 'asked'), 'by message'],
  ['the sample’s input', prompt('sample 9', 'Q: whatever'), 'by input'],
  ['the position in the list', prompt('3:original', 'other'), 'by position'],
  ['the sample’s index', prompt('m/7', 'other'), 'by index'],
])('an answer is found by %s', async (_, asked, text) => {
  const answers = [
    { prompt: 'exact', text: 'by text' },
    { prompt: 'asked', text: 'by message' },
    { prompt: 'input', text: 'by input' },
    { text: 'by position' },
    { index: 7, model_output: 'by index' },
  ];
  const inputOf = (id: string): string | undefined => (id === 'sample 9' ? 'input' : undefined);
  expect(await ask({ answers, inputOf }, [asked])).toMatchObject([{ ok: true, text }]);
});

test('a prompt that is not listed fails, or gets the fallback', async () => {
  expect(await ask({ answers: [] }, [prompt('a', 'x')])).toMatchObject([
    { id: 'a', ok: false, state: 'failed', error: { code: 'RUNNER_NO_ANSWER' } },
  ]);
  expect(await ask({ answers: [], otherwise: 'so' }, [prompt('a', 'x')])).toMatchObject([{ ok: true, text: 'so' }]);
});

test('delays bring answers in completion order and are reported', async () => {
  const answers = [
    { index: 0, text: 'slow', delay_ms: 40 },
    { index: 1, text: 'quick', delay_ms: 1 },
  ];
  const completions = await ask({ answers }, [prompt('0', 'a'), prompt('1', 'b')]);
  expect(completions).toMatchObject([
    { id: '1', elapsedMs: 1 },
    { id: '0', elapsedMs: 40 },
  ]);
});

test('failures are data, by state', async () => {
  const answers = [
    { state: 'truncated' as const },
    { state: 'refused' as const, error: 'no thanks' },
    { state: 'timed_out' as const },
    { error: { code: 'RUNNER_CRASHED' as const, message: 'gone' } },
  ];
  const completions = await ask(
    { answers },
    answers.map((_, i) => prompt(String(i), 'x')),
  );
  expect(completions.map((answer) => !answer.ok && [answer.state, answer.error.code, answer.error.retryable])).toEqual([
    ['truncated', 'RUNNER_PROMPT_TOO_LONG', false],
    ['refused', 'RUNNER_REFUSED', false],
    ['timed_out', 'RUNNER_TIMEOUT', true],
    ['failed', 'RUNNER_CRASHED', true],
  ]);
});

test('fail_times fails so often, then answers', async () => {
  const completions = await ask(
    { answers: [{ prompt: 'x', text: 'at last', fail_times: 2 }] },
    [1, 2, 3].map((i) => prompt(`try ${i}`, 'x')),
  );
  expect(completions.map((answer) => (answer.ok ? answer.text : answer.error.code))).toEqual([
    'RUNNER_THROTTLED',
    'RUNNER_THROTTLED',
    'at last',
  ]);
});

test('log-probabilities are found by prompt and continuation', async () => {
  const runner = await createScriptedRunner({
    answers: [{ prompt: 'p', continuation: ' yes é', log_probability: -3 }],
  });
  const results: unknown[] = [];
  const requests = [
    { id: 'a', prompt: 'p', continuation: ' yes é' },
    { id: 'b', prompt: 'p', continuation: ' no' },
  ];
  for await (const result of runner.logProbabilities(requests, {})) results.push(result);
  expect(results).toMatchObject([
    { id: 'a', ok: true, logProbability: -3, tokenCount: 2, byteCount: 7, tokenLogProbabilities: [-1.5, -1.5] },
    { id: 'b', ok: false, error: { code: 'RUNNER_NO_ANSWER' } },
  ]);
});

test('a script can generate and give log-probabilities, and nothing else', async () => {
  expect(runnerMethods(await createScriptedRunner({ answers: [] }))).toEqual(['generate', 'logProbabilities']);
});

test('an abort ends the stream', async () => {
  const stop = new AbortController();
  const asked = ask({ answers: [{ text: 'late', delay_ms: 60_000 }] }, [prompt('0', 'x')], stop.signal);
  stop.abort();
  await expect(asked).rejects.toThrow();
});

describe('a file of answers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-answers-'));
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  test('pins its content in the runner’s id', async () => {
    const one = await createScriptedRunner({ answers: write('answers.jsonl', '{"text":"a"}\n') });
    const two = await createScriptedRunner({ answers: write('answers.jsonl', '{"text":"b"}\n') });
    expect(one.id).toMatch(/^scripted:answers\.jsonl@sha256:[0-9a-f]{16}$/);
    expect(two.id).not.toBe(one.id);
  });

  test('says which line is wrong, and that it is missing', async () => {
    await expect(
      createScriptedRunner({ answers: write('bad.jsonl', '{"text":"a"}\n{"txt":"b"}\n') }),
    ).rejects.toMatchObject({
      code: 'DATASET_SYNTAX',
      at: { line: 2 },
    });
    await expect(createScriptedRunner({ answers: join(folder, 'none.jsonl') })).rejects.toMatchObject({
      code: 'DATASET_NOT_FOUND',
    });
  });
});
