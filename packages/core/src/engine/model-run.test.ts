import { getEventListeners } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { runnerOf } from '../../test/made-up-run.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { defineAlgorithm, type ModelAnswer } from '../algorithms/algorithm.ts';
import { instantiateAlgorithm } from '../algorithms/instantiate.ts';
import { Journal } from '../journal/journal.ts';
import type { SampleRecord } from '../journal/journal-record.ts';
import { readJournal } from '../journal/read-journal.ts';
import { StageClock } from '../results/stage-clock.ts';
import type { LogProbabilityOptions, LogProbabilityRequest, Prompt, Runner } from '../runner/runner.ts';
import type { Sample } from '../samples/sample.ts';
import { HelperDesk } from '../scoring/helper-desk.ts';
import { ModelRun, type ModelRunOptions } from './model-run.ts';

/** Asks for a text and for the likelihood of a continuation of each sample. */
const both = defineAlgorithm({
  name: 'both',
  summary: '',
  options: z.strictObject({}),
  needs: () => [],
  scores: () => ({ length: { range: [0, 999], better: 'higher', kind: 'bounded', summary: '' } }),
  modelAsks: ({ features }) => [
    { key: 'text', kind: 'generate', modelInput: features.model_input! },
    { key: 'likely', kind: 'logProbability', modelInput: features.model_input!, continuation: ' so' },
  ],
  score: ({ answers }) => ({ scores: { length: (answers.get('text') as { text: string }).text.length } }),
  signature: () => 'both|v1',
});
const textOnly = defineAlgorithm({
  ...both,
  name: 'text',
  modelAsks: undefined as never,
  score: ({ answers }) => {
    const original = answers.get('original') as { text: string };
    return { scores: { length: original.text.length } };
  },
});
const BOTH = [instantiateAlgorithm('both', both, {})];
const TEXT = [instantiateAlgorithm('text', textOnly, {})];

const samplesOf = (inputs: readonly string[]): Sample[] =>
  inputs.map((model_input, index) => ({ index, digest: `d${index}`, features: { model_input }, record: {} }));

/** Answers both kinds at once, and keeps what it was asked and with which options. */
function talkative() {
  const asked: { prompts: Prompt[]; requests: LogProbabilityRequest[]; options: object[] } = {
    ...{ prompts: [], requests: [], options: [] },
  };
  const runner: Runner = {
    ...runnerOf(() => undefined),
    async *generate(prompts, options) {
      asked.options.push(options);
      for await (const prompt of prompts) {
        asked.prompts.push(prompt);
        yield { id: prompt.id, ok: true, text: `to ${prompt.text}`, finishReason: 'stop', elapsedMs: 3 };
      }
    },
    async *logProbabilities(requests, options: LogProbabilityOptions) {
      asked.options.push(options);
      for await (const request of requests) {
        asked.requests.push(request);
        yield {
          ...{ id: request.id, ok: true, logProbability: -2, tokenCount: 1, byteCount: 3, isGreedy: false },
          ...{ tokenLogProbabilities: [-2], elapsedMs: 1 },
        };
      }
    },
  };
  return { runner, asked };
}

async function ran(samples: readonly Sample[], runner: Runner, changes: Partial<ModelRunOptions> = {}) {
  const file = join(temporaryFolder(), 'journal.jsonl');
  const journal = await Journal.open(file);
  const done: SampleRecord[] = [];
  const warnings: string[] = [];
  const events: object[] = [];
  const waiting: string[] = [];
  const never = async () => {
    throw new Error('no helper');
  };
  const run = new ModelRun({
    ...{ model: 'm', runner, generate: {}, compose: (_, text) => ({ text }), instances: TEXT, seed: 7 },
    samples: (async function* () {
      yield* samples;
    })(),
    repeats: { times: 1, reducer: 'mean' },
    ...{ isDone: () => false, known: [], journal, helpers: new HelperDesk(never, undefined, () => {}) },
    onAnswer: ({ sample, ask }) => waiting.push(`${sample}/${ask}`),
    onDone: (record) => done.push(record),
    hooks: {
      onWarning: ({ message }) => warnings.push(message),
      onAnswer: (event) => events.push(event),
    },
    stages: new StageClock(),
    signal: new AbortController().signal,
    ...changes,
  } as ModelRunOptions);
  const failure = await run.run().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  await journal.flush();
  await journal.close();
  const lines = [];
  for await (const record of readJournal(file)) lines.push(record);
  return { done, warnings, events, waiting, failure, lines };
}

test('both kinds of question go out with what the runner needs of them', async () => {
  const { runner, asked } = talkative();
  const { done, waiting, lines, failure } = await ran(samplesOf(['a', 'bb']), runner, {
    ...{ instances: BOTH, generate: { temperature: 0.5, overflow: 'left' } },
  });
  expect(failure).toBeUndefined();
  expect(asked.options).toEqual([
    { temperature: 0.5, overflow: 'left', signal: expect.any(AbortSignal) },
    { overflow: 'left', signal: expect.any(AbortSignal) },
  ]);
  expect(asked.prompts.map(({ id, text, seed }) => [id.split('/')[0], text, Number.isSafeInteger(seed)])).toEqual([
    ['0', 'a', true],
    ['1', 'bb', true],
  ]);
  expect(asked.prompts[0]).not.toHaveProperty('messages');
  expect(asked.requests.map(({ prompt, continuation }) => [prompt, continuation])).toEqual([
    ['a', ' so'],
    ['bb', ' so'],
  ]);
  expect(done.map(({ outputs }) => outputs)).toEqual([
    { text: 'to a', likely: '-2.0000' },
    { text: 'to bb', likely: '-2.0000' },
  ]);
  // The first answer of each sample waited for the second.
  expect(waiting).toHaveLength(2);
  expect(lines.map(({ kind }) => kind).sort()).toEqual(['answer', 'answer', 'sample', 'sample']);
});

test('a seed is of the run, the sample and the repeat, and of nothing else', async () => {
  const seedsOf = async (seed: number, inputs: readonly string[]) => {
    const { runner, asked } = talkative();
    await ran(samplesOf(inputs), runner, { seed, repeats: { times: 2, reducer: 'mean' } });
    return asked.prompts.map(({ seed: own }) => own);
  };
  const seeds = await seedsOf(7, ['a', 'b']);
  expect(new Set(seeds).size).toBe(4);
  expect((await seedsOf(7, ['other text', 'b'])).sort()).toEqual([...seeds].sort());
  expect(await seedsOf(8, ['a', 'b'])).not.toEqual(seeds);
});

test('of a window the shortest are asked first, and chat turns go along', async () => {
  const { runner, asked } = talkative();
  await ran(samplesOf(['ccc', 'a', 'bb']), runner, {
    compose: (_, text) => ({ text, messages: [{ role: 'user', content: text }] }),
  });
  expect(asked.prompts.map(({ text }) => text)).toEqual(['a', 'bb', 'ccc']);
  expect(asked.prompts[0]!.messages).toEqual([{ role: 'user', content: 'a' }]);
});

test('what is known is not asked for: the first source that has it is taken, and new answers are kept by all', async () => {
  const { runner, asked } = talkative();
  const kept: string[] = [];
  const source = (name: string, has: (index: number) => boolean) => ({
    find: ({ sample }: { sample: Sample }): ModelAnswer | undefined =>
      has(sample.index) ? { kind: 'generate', text: name, elapsedMs: 0 } : undefined,
    keep: ({ sample }: { sample: Sample }, _: unknown, answer: ModelAnswer) =>
      void kept.push(`${name} ${sample.index} ${(answer as { text: string }).text}`),
  });
  const late = source('late', (index) => index < 2);
  const known = [source('first', (index) => index === 0), { ...late, find: async (work: never) => late.find(work) }];
  const { done, events } = await ran(samplesOf(['a', 'b', 'c']), runner, { known: known as never });
  expect(done.map(({ sample, outputs, attempts }) => [sample, outputs!.original, attempts]).sort()).toEqual([
    [0, 'first', 0],
    [1, 'late', 0],
    [2, 'to c', 1],
  ]);
  expect(asked.prompts).toHaveLength(1);
  expect(kept).toEqual(['first 2 to c', 'late 2 to c']);
  expect(events).toHaveLength(1);
});

test('a sample whose line is there is passed over', async () => {
  const { runner, asked } = talkative();
  const { done } = await ran(samplesOf(['a', 'b', 'c']), runner, { isDone: (index) => index !== 1 });
  expect([asked.prompts.length, done.map(({ sample }) => sample)]).toEqual([1, [1]]);
});

test('an answer that nobody asked for is warned of and ignored; so is a second one', async () => {
  const runner = runnerOf(() => undefined);
  runner.generate = async function* (prompts) {
    for await (const { id } of prompts) {
      const answer = { ok: true, text: 'x', finishReason: 'stop', elapsedMs: 1 } as const;
      yield { ...answer, id: `${'y'.repeat(100)}/1` };
      yield { ...answer, id };
      yield { ...answer, id };
    }
  };
  const { done, warnings } = await ran(samplesOf(['a']), runner);
  expect(done.map(({ state }) => state)).toEqual(['scored']);
  expect(warnings).toEqual([
    `an answer nobody asked for (${'y'.repeat(80)})`,
    expect.stringMatching(/^an answer nobody asked for \(0\//),
  ]);
});

test('what a runner leaves unanswered has failed, and may be asked again', async () => {
  const runner = runnerOf(({ id }, position) =>
    position === 1 ? undefined : { id, ok: true, text: 'x', finishReason: 'stop', elapsedMs: 1 },
  );
  const { done } = await ran(samplesOf(['a', 'bb', 'ccc']), runner);
  expect(done.map(({ sample, state }) => [sample, state]).sort()).toEqual([
    [0, 'scored'],
    [1, 'failed'],
    [2, 'scored'],
  ]);
  expect(done.find(({ sample }) => sample === 1)!.error).toEqual({
    ...{ code: 'RUNNER_NO_ANSWER', message: 'the runner ended without answering', retryable: true },
  });
});

test('of a sample that failed, the answers that came are kept for the next time', async () => {
  const { runner } = talkative();
  runner.logProbabilities = async function* (requests) {
    for await (const { id } of requests) {
      const error = { code: 'RUNNER_REFUSED', message: 'no', retryable: false } as const;
      yield { id, ok: false, state: 'refused', error };
    }
  };
  const { done, waiting } = await ran(samplesOf(['a']), runner, { instances: BOTH });
  expect(done).toMatchObject([{ state: 'refused', outputs: { text: 'to a' } }]);
  expect(waiting).toEqual([expect.stringMatching(/^0\/[0-9a-f]{16}$/)]);
});

test('a run that has enough ends well, before or between its samples, and what is under way is ignored', async () => {
  const enough = AbortSignal.abort();
  const { runner, asked } = talkative();
  expect((await ran(samplesOf(['a', 'b']), runner, { enough })).failure).toBeUndefined();
  expect(asked.prompts).toHaveLength(0);
  const later = new AbortController();
  const many = Array.from({ length: 400 }, (_, at) => `question ${at}`);
  const { failure, done } = await ran(samplesOf(many), talkative().runner, {
    enough: later.signal,
    onDone: () => later.abort(),
  });
  expect([failure, done.length]).toEqual([undefined, 0]);
});

test('a run that may end early keeps few questions in the air', async () => {
  const most = async (enough: AbortSignal | undefined) => {
    let [open, peak] = [0, 0];
    const runner = runnerOf(() => undefined);
    runner.generate = async function* (prompts) {
      const held: string[] = [];
      for await (const { id } of prompts) {
        held.push(id);
        open += 1;
        peak = Math.max(peak, open);
        if (held.length < 16) continue;
        for (const each of held.splice(0)) {
          open -= 1;
          yield { id: each, ok: true, text: 'x', finishReason: 'stop', elapsedMs: 1 };
        }
      }
      for (const each of held) yield { id: each, ok: true, text: 'x', finishReason: 'stop', elapsedMs: 1 };
    };
    let read = 0;
    let ahead = 0;
    let finished = 0;
    const samples = (async function* () {
      for (const sample of samplesOf(Array.from({ length: 3000 }, (_, at) => `question ${at}`))) {
        read += 1;
        ahead = Math.max(ahead, read - finished);
        yield sample;
      }
    })();
    await ran([], runner, {
      samples,
      onDone: () => {
        finished += 1;
      },
      ...(enough === undefined ? {} : { enough }),
    });
    return ahead;
  };
  const [usual, careful] = [await most(undefined), await most(new AbortController().signal)];
  expect(usual).toBeLessThanOrEqual(4 * 256 + 1);
  expect(usual).toBeGreaterThan(256);
  expect(careful).toBeLessThanOrEqual(4 * 32 + 1);
});

test('a run that was ended throws why, and leaves no listener behind', async () => {
  const ended = AbortSignal.abort(new Error('interrupted'));
  expect((await ran(samplesOf(['a']), talkative().runner, { signal: ended })).failure).toMatchObject({
    message: 'interrupted',
  });
  const { signal } = new AbortController();
  const enough = new AbortController().signal;
  await ran(samplesOf(['a']), talkative().runner, { signal, enough });
  expect([getEventListeners(signal, 'abort'), getEventListeners(enough, 'abort')]).toEqual([[], []]);
  const broken = runnerOf(() => {
    throw new Error('broken');
  });
  expect((await ran(samplesOf(['a']), broken, { signal })).failure).toMatchObject({ message: 'broken' });
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('that the last question is taken is told once, when every kind has been', async () => {
  let asked = 0;
  let answered = 0;
  const { runner } = talkative();
  await ran(samplesOf(['a', 'b', 'c']), runner, {
    instances: BOTH,
    onAsked: () => {
      asked += 1;
    },
    onDone: () => {
      answered += 1;
    },
  });
  expect([asked, answered]).toEqual([1, 3]);
});

test('a late answer of a question that was given up is ignored without a word', async () => {
  const runner = runnerOf(() => undefined);
  runner.generate = async function* (prompts, { signal }) {
    const ids: string[] = [];
    for await (const { id } of prompts) ids.push(id);
    for (const id of ids.slice(1)) yield { id, ok: true, text: 'x', finishReason: 'stop', elapsedMs: 1 };
    await new Promise((done) => setTimeout(done, 120));
    yield { id: ids[0]!, ok: true, text: 'late', finishReason: 'stop', elapsedMs: 1 };
    if (signal?.aborted !== true) await new Promise((done) => signal?.addEventListener('abort', done, { once: true }));
  };
  const { done, warnings, failure } = await ran(samplesOf(['a', 'b']), runner, { deadlineMs: 40 });
  expect(failure).toBeUndefined();
  expect(done.map(({ sample, state }) => [sample, state]).sort()).toEqual([
    [0, 'timed_out'],
    [1, 'scored'],
  ]);
  expect(done.find(({ sample }) => sample === 0)!.error).toMatchObject({
    ...{ code: 'RUNNER_TIMEOUT', message: 'no answer within 40 ms', hint: expect.stringContaining('deadline_ms') },
  });
  expect(warnings).toEqual([]);
});
