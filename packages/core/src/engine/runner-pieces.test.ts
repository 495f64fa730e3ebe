import { expect, test } from 'vitest';
import type { AnswerCache } from '../cache/answer-cache.ts';
import type { Runner } from '../runner/runner.ts';
import { CachedAnswers } from './cached-answers.ts';
import { LoadAhead } from './load-ahead.ts';
import { openWhenAsked } from './open-when-asked.ts';
import type { PlannedModel } from './run-plan.ts';
import { askRunner, runnerRequest } from './runner-call.ts';
import type { PlannedAsk, SampleWork } from './sample-work.ts';

const wanted = async () => true;

function opened(name: string, changes: Partial<PlannedModel> = {}) {
  const events: string[] = [];
  const runner = { version: 2, id: name, close: async () => void events.push('closed') } as unknown as Runner;
  const open = async () => {
    events.push('opened');
    return runner;
  };
  return { events, runner, model: { name, open, ...changes } as unknown as PlannedModel };
}

test('what is opened ahead is taken by its model alone, once', async () => {
  const ahead = new LoadAhead();
  const [a, b] = [opened('a'), opened('b')];
  expect(await ahead.has(a.model)).toBe(false);
  ahead.start(a.model, wanted);
  expect([await ahead.has(a.model), await ahead.has(b.model)]).toEqual([true, false]);
  expect(await ahead.take(b.model, async () => b.runner)).toBe(b.runner);
  expect(await ahead.take(a.model, () => Promise.reject(new Error('open already')))).toBe(a.runner);
  expect(await ahead.has(a.model)).toBe(false);
  await ahead.close();
  expect(a.events).toEqual(['opened']);
});

test('a model without a runner leaves what is open as it is; another takes its place, and it is closed', async () => {
  const ahead = new LoadAhead();
  const [a, b] = [opened('a'), opened('b')];
  ahead.start(a.model, wanted);
  ahead.start({ ...b.model, open: null } as PlannedModel, wanted);
  expect(await ahead.has(a.model)).toBe(true);
  ahead.start(b.model, wanted);
  expect([await ahead.has(b.model), await ahead.has(a.model)]).toEqual([true, false]);
  expect(a.events).toEqual(['opened', 'closed']);
  await ahead.close();
  expect(b.events).toEqual(['opened', 'closed']);
  await ahead.close();
  expect(b.events).toHaveLength(2);
});

test('a model that is not wanted, or does not open, is opened in its turn; one that owns nothing needs no closing', async () => {
  const ahead = new LoadAhead();
  const [a, b] = [opened('a'), opened('b')];
  ahead.start(a.model, async () => false);
  expect(await ahead.has(a.model)).toBe(false);
  expect(await ahead.take(a.model, async () => b.runner)).toBe(b.runner);
  ahead.start({ ...a.model, open: () => Promise.reject(new Error('no memory')) } as PlannedModel, wanted);
  await ahead.close();
  ahead.start(a.model, () => Promise.reject(new Error('unread')));
  expect(await ahead.has(a.model)).toBe(false);
  await ahead.close();
  expect(a.events).toEqual([]);
  const plain = { version: 2, id: 'plain' } as unknown as Runner;
  ahead.start({ ...a.model, open: async () => plain } as PlannedModel, wanted);
  await expect(ahead.close()).resolves.toBeUndefined();
});

function answering() {
  const events: string[] = [];
  const runner = {
    ...{ version: 2, id: 'real:v1', close: async () => void events.push('closed'), reading: () => ({ tokens: 3 }) },
    async *generate() {
      events.push('generate');
      yield { id: '1' };
    },
    async *logProbabilities() {
      events.push('logProbabilities');
      yield { id: '2' };
    },
    async *embed() {
      events.push(this === runner ? 'embed' : 'embed of another');
      yield { id: '3' };
    },
  } as unknown as Runner;
  let openings = 0;
  const open = async () => {
    openings += 1;
    return runner;
  };
  return { events, open, openings: () => openings };
}

async function idsOf(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const ids: unknown[] = [];
  for await (const each of stream) ids.push((each as { id: string }).id);
  return ids;
}

test('a described model is opened at its first question, once, and then answers as itself', async () => {
  const { events, open, openings } = answering();
  const passed: string[] = [];
  const described = {
    id: 'described:v1',
    revision: 'r',
    isGreedy: () => true,
    pass: async () => void passed.push('passed'),
  };
  const { runner, ready } = openWhenAsked(described, open);
  expect([runner.version, runner.id, runner.revision, runner.isGreedy?.({})]).toEqual([2, 'described:v1', 'r', true]);
  expect([runner.embed, runner.classify, runner.reading?.(), openings()]).toEqual([undefined, undefined, undefined, 0]);
  expect(runner).not.toHaveProperty('pass');
  expect(await idsOf(runner.generate!([], {}))).toEqual(['1']);
  await ready();
  expect(await idsOf(runner.logProbabilities!([], {}))).toEqual(['2']);
  expect([openings(), runner.reading?.()]).toEqual([1, { tokens: 3 }]);
  expect(await idsOf(runner.embed!([], {}))).toEqual(['3']);
  expect(runner.classify).toBeUndefined();
  await runner.close?.();
  expect(events).toEqual(['generate', 'logProbabilities', 'embed', 'closed']);
  expect(passed).toEqual([]);
});

test('a model that was asked nothing is passed by; one that did not open has nothing to close', async () => {
  const passed: string[] = [];
  const described = { id: 'd', pass: async () => void passed.push('passed') };
  await openWhenAsked(described, answering().open).runner.close?.();
  expect(passed).toEqual(['passed']);
  await expect(openWhenAsked({ id: 'd' }, answering().open).runner.close?.()).resolves.toBeUndefined();
  const broken = openWhenAsked(described, () => Promise.reject(new Error('no weights')));
  await expect(broken.ready()).rejects.toThrow('no weights');
  await expect(broken.runner.close?.()).resolves.toBeUndefined();
  expect(passed).toHaveLength(1);
});

const ask = (changes: Partial<PlannedAsk>) =>
  ({ id: 'q', kind: 'generate', repeat: 0, prompt: { text: 't' }, ...changes }) as PlannedAsk;

test('a question has what the runner needs of it, by its kind, and no more', () => {
  expect(runnerRequest('1', ask({}), 7)).toEqual({ id: '1', text: 't', seed: 7 });
  const full = { messages: [{ role: 'user', content: 't' }], fields: { a: 1 } } as never;
  expect(
    runnerRequest(
      '1',
      ask({ prompt: { text: 't', ...(full as object) } as never, constraint: { kind: 'c' } as never }),
      7,
    ),
  ).toEqual({
    ...{ id: '1', text: 't', seed: 7, constraint: { kind: 'c' } },
    ...(full as object),
  });
  expect(runnerRequest('1', ask({ kind: 'logProbability', continuation: 'c' }), 7)).toEqual({
    id: '1',
    prompt: 't',
    continuation: 'c',
  });
  expect(
    runnerRequest(
      '1',
      ask({ kind: 'logProbability', continuation: 'c', windows: 3 as never, context: 'x' as never }),
      7,
    ),
  ).toEqual({ id: '1', prompt: 't', continuation: 'c', windows: 3, context: 'x' });
  expect(runnerRequest('1', ask({ kind: 'similarity' }), 7)).toEqual({ id: '1', text: 't', others: [] });
  expect(runnerRequest('1', ask({ kind: 'similarity', others: ['o'] }), 7)).toEqual({
    id: '1',
    text: 't',
    others: ['o'],
  });
});

test('questions go to the method of their kind, with the settings that bear on it', () => {
  const told: unknown[] = [];
  const method = (name: string) => (_: unknown, options: unknown) => {
    told.push([name, options]);
    return [];
  };
  const runner = {
    version: 2,
    id: 'r',
    generate: method('generate'),
    logProbabilities: method('log'),
  } as unknown as Runner;
  const { signal } = new AbortController();
  const settings = { signal, temperature: 1, overflow: 'cut', logProbabilities: true } as never;
  askRunner(runner, 'generate', [], settings);
  askRunner(runner, 'logProbability', [], settings);
  askRunner(runner, 'logProbability', [], { signal, logProbabilities: false } as never);
  expect(told).toEqual([
    ['generate', settings],
    ['log', { signal, overflow: 'cut', tokens: true }],
    ['log', { signal }],
  ]);
  expect(() => askRunner({ version: 2, id: 'r' } as Runner, 'generate', [], settings)).toThrow(
    expect.objectContaining({ code: 'RUNNER_CAPABILITY' }),
  );
});

test('an answer of the cache counts where it is of its kind, timed, and whole', () => {
  const answers: unknown[] = [];
  const cache = { find: () => answers.at(-1), keep: () => {} } as unknown as AnswerCache;
  const work = {
    sample: { index: 0, digest: 'd', features: {}, record: {} },
    cacheKeys: new Map(),
  } as unknown as SampleWork;
  const found = (answer: unknown, settings: object = {}, kind: PlannedAsk['kind'] = 'generate') => {
    answers.push(answer === undefined ? undefined : { answer });
    return new CachedAnswers(cache, { id: 'r' }, settings, 1).find(work, ask({ kind }));
  };
  const text = { kind: 'generate', text: 'yes', elapsedMs: 9 };
  expect(found(undefined)).toBeUndefined();
  expect([...work.cacheKeys.values()]).toEqual([false]);
  expect(found(text)).toEqual({ ...text, elapsedMs: 0 });
  expect([...work.cacheKeys.values()]).toEqual([true]);
  expect(found({ kind: 'generate', text: 'yes' })).toBeUndefined();
  expect(found(text, {}, 'logProbability')).toBeUndefined();
  expect(found(text, { logProbabilities: true })).toBeUndefined();
  expect(found({ ...text, tokens: [] }, { logProbabilities: true })).toMatchObject({ tokens: [] });
  const alike = { kind: 'similarity', values: [1], elapsedMs: 1 };
  expect(found(alike, { logProbabilities: true }, 'similarity')).toMatchObject({ values: [1] });
});
