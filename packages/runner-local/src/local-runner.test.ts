import type { Completion, GenerateOptions, LogProbability, Prompt } from '@assay/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EMBEDDED_MODEL } from '../test/embedded-model.ts';
import { temporaryFolder } from '../test/temporary-folder.ts';
import { writeTinyLanguageModel } from '../test/tiny-language-model.ts';
import { createLocalRunner, type LocalRunner } from './local-runner.ts';

const QUESTIONS = ['What is the capital of France?', 'Name three colours.', 'What is water made of?', 'Say hello.'];

function prompts(count: number): Prompt[] {
  return Array.from({ length: count }, (_, i) => {
    const text = `${QUESTIONS[i % QUESTIONS.length]}${i < QUESTIONS.length ? '' : ` (${i})`}`;
    return { id: `q${i}`, text, messages: [{ role: 'user', content: text }] };
  });
}

async function all(runner: LocalRunner, list: Prompt[], options: GenerateOptions): Promise<Map<string, Completion>> {
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
  let runner: LocalRunner;
  beforeAll(async () => {
    runner = await createLocalRunner({ model: EMBEDDED_MODEL, workers: 2, batchSize: 4 });
  }, 60_000);
  afterAll(() => runner?.close());

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

  it('tells text as it comes, and each token with its log-probability', async () => {
    const pieces: string[] = [];
    const onText = ({ text }: { text: string }) => pieces.push(text);
    const options = { maxNewTokens: 16, stop: ['is Par', 'nothing'], onText, logProbabilities: true };
    const answer = (await all(runner, prompts(1), options)).get('q0');
    if (!answer?.ok) throw new Error('no answer');
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.join('')).toBe('The capital of France ');
    expect(answer.tokens?.map(({ text }) => text).join('')).toBe('The capital of France is');
    // The token that begins behind the text is the stop string's.
    expect(answer.tokens).toHaveLength(answer.newTokens! - 1);
    for (const { id, logProbability, top } of answer.tokens ?? []) {
      expect(logProbability).toBeLessThanOrEqual(0);
      expect(top).toMatchObject([{ id, logProbability }]);
    }
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
    expect(longer.tokens).toBeUndefined();
  });

  it('scores a continuation behind a conversation as the model would have generated it', async () => {
    const [{ text, messages }] = prompts(1) as [Prompt];
    const of = { prompt: text, continuation: 'The capital of France is Paris.' };
    const found = new Map<string, LogProbability>();
    const requests = [
      { id: 'conversation', ...of, messages: messages! },
      { id: 'text', ...of },
    ];
    for await (const score of runner.logProbabilities(requests, {})) found.set(score.id, score);
    expect(found.get('conversation')).toMatchObject({ ok: true, isGreedy: true, tokenCount: 7 });
    expect(found.get('text')).toMatchObject({ ok: true, isGreedy: false });
  });

  it('lists the scored tokens of a text with their texts and the first choice at each place', async () => {
    const request = { id: 'r', prompt: 'The capital of France is', continuation: ' London, France' };
    for await (const score of runner.logProbabilities([request], { tokens: true })) {
      if (!score.ok) throw new Error(score.error.message);
      expect(score.tokens?.map(({ text }) => text)).toEqual([' London', ',', ' France']);
      expect(score.tokens?.map(({ logProbability }) => logProbability)).toEqual(score.tokenLogProbabilities);
      expect(score.tokens?.[0]?.top[0]?.text).toBe(' Paris');
    }
  });
});

describe('the answer to a prompt', () => {
  it('is the same in any batch, any order, with any number of workers', async () => {
    const seen: Record<string, string>[] = [];
    const list = prompts(33).map(({ id, text }): Prompt => ({ id, text: `Question: ${text} Answer:` }));
    for (const [batchSize, workers, stride] of [
      [1, 2, 1],
      [32, 1, 5],
      [9, 2, 7],
    ] as const) {
      const runner = await createLocalRunner({ model: EMBEDDED_MODEL, workers, batchSize, digest: 'batches' });
      const shuffled = list.map((_, i) => list[(i * stride) % list.length]!);
      seen.push(texts(await all(runner, shuffled, { maxNewTokens: 4 })));
      await runner.close();
    }
    for (const answers of seen) expect(answers).toEqual(seen[0]);
  }, 120_000);

  it('is the same for the same seed when sampled, and another for another seed', async () => {
    const options: GenerateOptions = { maxNewTokens: 8, temperature: 1.2, topP: 0.95 };
    const seeded = [1, 2, 3, 4].map((seed): Prompt => ({ id: `s${seed}`, text: 'My favourite animal is', seed }));
    const run = async (batchSize: number, list: Prompt[]) => {
      const runner = await createLocalRunner({ model: EMBEDDED_MODEL, workers: 1, batchSize, digest: 'seeds' });
      const answers = texts(await all(runner, list, options));
      await runner.close();
      return answers;
    };
    const together = await run(4, seeded);
    expect(await run(1, [...seeded].reverse())).toEqual(together);
    expect(new Set(Object.values(together)).size).toBeGreaterThan(2);
  }, 120_000);
});

describe('closing a local runner', () => {
  it('gives its memory back', async () => {
    const use = async () => {
      const runner = await createLocalRunner({ model: EMBEDDED_MODEL, workers: 1, digest: 'memory' });
      await all(runner, prompts(4), { maxNewTokens: 2 });
      await runner.close();
      return process.memoryUsage.rss();
    };
    await use();
    const before = await use();
    // One open session holds more than 200 MB: two that were kept would be seen.
    await use();
    expect((await use()) - before).toBeLessThan(350e6);
  }, 120_000);

  it('leaves nothing behind, use after use', async () => {
    const model = temporaryFolder();
    writeTinyLanguageModel(model, 'llama', { 'onnx/model.onnx': 'gqa.onnx' });
    const use = async () => {
      const runner = await createLocalRunner({ model, workers: 2, digest: 'tiny' });
      await all(runner, [{ id: 'a', text: 'w5 w6' }], { maxNewTokens: 2 });
      await runner.close();
    };
    const usesOf = async (count: number) => {
      for (let i = 0; i < count; i++) await use();
      return process.memoryUsage.rss();
    };
    const settled = await usesOf(6);
    // A worker thread with a session takes more than 10 MB: of 24 that were kept, 240 MB.
    expect((await usesOf(12)) - settled).toBeLessThan(60e6);
  }, 120_000);

  it('works from a child process too', async () => {
    const runner = await createLocalRunner({ model: EMBEDDED_MODEL, workers: 1, isolate: true, digest: 'isolated' });
    const answer = (await all(runner, prompts(1), { maxNewTokens: 2 })).get('q0');
    expect(answer).toMatchObject({ ok: true, text: 'The capital' });
    await runner.close();
  });
});
