import type { Completion, GenerateOptions, LogProbability, Prompt, Runner } from '@assay/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EMBEDDED_MODEL } from '../test/embedded-model.ts';
import { createLocalRunner } from './local-runner.ts';

const QUESTIONS = ['What is the capital of France?', 'Name three colours.', 'What is water made of?', 'Say hello.'];

function prompts(count: number): Prompt[] {
  return Array.from({ length: count }, (_, i) => {
    const text = `${QUESTIONS[i % QUESTIONS.length]}${i < QUESTIONS.length ? '' : ` (${i})`}`;
    return { id: `q${i}`, text, messages: [{ role: 'user', content: text }] };
  });
}

async function all(runner: Runner, list: Prompt[], options: GenerateOptions): Promise<Map<string, Completion>> {
  const answers = new Map<string, Completion>();
  for await (const answer of runner.generate(list, options)) answers.set(answer.id, answer);
  return answers;
}

function texts(answers: Map<string, Completion>): Record<string, string> {
  return Object.fromEntries(
    [...answers].map(([id, answer]) => [id, answer.ok ? answer.text : answer.error.message]).sort(),
  );
}

describe('the local runner on the embedded model', () => {
  let runner: Runner;
  beforeAll(async () => {
    runner = await createLocalRunner({ model: EMBEDDED_MODEL, workers: 2, batchSize: 4 });
  });
  afterAll(() => runner.close());

  it('names the model and its digest', () => {
    expect(runner.id).toMatch(/^local:SmolLM2-135M-Instruct@sha256:[0-9a-f]{64}$/);
  });

  it('answers a question through the chat template', async () => {
    const answer = (await all(runner, prompts(1), { maxNewTokens: 16 })).get('q0');
    expect(answer).toMatchObject({
      ok: true,
      text: 'The capital of France is Paris.',
      finishReason: 'stop',
      newTokens: 8,
      promptTokens: 37,
    });
  });

  it('ends before a stop string', async () => {
    const answer = (await all(runner, prompts(1), { maxNewTokens: 16, stop: ['is Par', 'nothing'] })).get('q0');
    expect(answer).toMatchObject({ ok: true, text: 'The capital of France ', finishReason: 'stop', newTokens: 6 });
  });

  it('says that a prompt beyond the context is truncated', async () => {
    const list: Prompt[] = [{ id: 'long', text: 'word '.repeat(9000) }];
    const answer = (await all(runner, list, { maxNewTokens: 1 })).get('long');
    expect(answer).toMatchObject({ ok: false, state: 'truncated', error: { code: 'RUNNER_PROMPT_TOO_LONG' } });
  });

  it('pulls prompts only as it has room', async () => {
    let pulled = 0;
    function* endless(): Generator<Prompt> {
      for (;;) yield { id: `${pulled++}`, text: 'One two three' };
    }
    for await (const answer of runner.generate(endless(), { maxNewTokens: 2 })) {
      expect(answer.ok).toBe(true);
      break;
    }
    expect(pulled).toBeLessThan(40);
  });

  it('scores continuations of one prompt', async () => {
    const scores = new Map<string, LogProbability>();
    const requests = [' Paris', ' London', ' Paris, France'].map((continuation) => ({
      id: continuation,
      prompt: 'The capital of France is',
      continuation,
    }));
    for await (const score of runner.logProbabilities(requests, {})) scores.set(score.id, score);
    expect(scores.get(' Paris')).toMatchObject({ ok: true, isGreedy: true, tokenCount: 1, byteCount: 6 });
    expect(scores.get(' London')).toMatchObject({ ok: true, isGreedy: false, tokenCount: 1 });
    const [paris, longer] = [scores.get(' Paris'), scores.get(' Paris, France')];
    if (!paris?.ok || !longer?.ok) throw new Error('not scored');
    expect(longer.tokenLogProbabilities[0]).toBeCloseTo(paris.logProbability, 4);
    expect(longer.tokenCount).toBe(3);
  });

  it('gives each prompt the same answer whatever is beside it', async () => {
    const together = texts(await all(runner, prompts(9), { maxNewTokens: 8 }));
    const backwards = texts(await all(runner, prompts(9).reverse(), { maxNewTokens: 8 }));
    expect(backwards).toEqual(together);
    const alone = texts(await all(runner, prompts(1), { maxNewTokens: 8 }));
    expect(together.q0).toBe(alone.q0);
  });
});
