import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Algorithm, defineAlgorithm, type ModelAsk } from '../algorithms/algorithm.ts';
import { instantiateAlgorithm } from '../algorithms/instantiate.ts';
import { StageClock } from '../results/stage-clock.ts';
import type { Completion, LogProbability, Runner } from '../runner/runner.ts';
import type { Sample } from '../samples/sample.ts';
import { HelperDesk } from '../scoring/helper-desk.ts';
import { answerEvent } from './answer-event.ts';
import { askRunner, runnerRequest } from './runner-call.ts';
import { toResult, toSampleRecord } from './sample-record.ts';
import { answersFor, type Compose, hasFailure, planSample, type SampleWork } from './sample-work.ts';
import { scoreWork } from './score-work.ts';

const compose: Compose = (_, text) => ({ text: `Q: ${text}`, messages: [{ role: 'user', content: text }] });

function sampleOf(features: Partial<Sample['features']>): Sample {
  return { index: 4, digest: 'd4', features: { model_input: 'why?', ...features }, record: {} };
}

function instance(
  label: string,
  asks: ((sample: Sample, seed: number) => readonly ModelAsk[]) | undefined,
  changes: Partial<Algorithm> = {},
) {
  const algorithm = defineAlgorithm({
    name: label,
    summary: '',
    options: z.looseObject({}),
    needs: () => ['model_input'],
    scores: () => ({ length: { range: [0, 99], better: 'higher', kind: 'bounded', summary: '' } }),
    score: ({ answers }) => {
      const [answer] = answers.values();
      return answer?.kind === 'generate' ? { scores: { length: answer.text.length } } : { unscored: 'no_text' };
    },
    ...(asks === undefined ? {} : { modelAsks: (sample: Sample, _: unknown, seed: number) => asks(sample, seed) }),
    signature: () => `${label}|v1`,
    ...(changes as object),
  });
  return (options: object = {}) => instantiateAlgorithm(label, algorithm, options);
}

const plain = instance('plain', undefined)();
const asking = (label: string, ...asks: ModelAsk[]) => instance(label, () => asks)();
const plan = (sample: Sample, instances: Parameters<typeof planSample>[1], times = 1) =>
  planSample(sample, instances, compose, 7, times);
const idOf = (work: SampleWork, label: string, key = 'original', repeat = 0) =>
  work.keys.get(label)![repeat]!.get(key)!;

test('an algorithm that asks nothing special asks the input once, composed; two that ask the same share it', () => {
  const work = plan(sampleOf({}), [plain, asking('other', { key: 'mine', kind: 'generate', modelInput: 'why?' })]);
  expect(work.asks.size).toBe(1);
  const id = idOf(work, 'plain');
  expect(idOf(work, 'other', 'mine')).toBe(id);
  expect(id).toMatch(/^[0-9a-f]{16}$/);
  expect(work.asks.get(id)).toEqual({
    ...{ id, kind: 'generate', continuation: '', repeat: 0 },
    prompt: { text: 'Q: why?', messages: [{ role: 'user', content: 'why?' }] },
  });
  const empty = plan(sampleOf({ model_input: undefined as never }), [plain]);
  expect([...empty.asks.values()][0]!.prompt.text).toBe('Q: ');
});

test('whatever the model would see differently is another question', () => {
  const base: ModelAsk = { key: 'k', kind: 'logProbability', modelInput: 'why?', continuation: ' so' };
  const asks: ModelAsk[] = [
    base,
    { ...base, continuation: ' not' },
    { ...base, modelInput: 'how?' },
    { ...base, raw: true },
    { ...base, windows: 'whole' },
    { key: 'k', kind: 'generate', modelInput: 'why?' },
    { key: 'k', kind: 'generate', modelInput: 'why?', repeat: 1 },
  ];
  const ids = asks.map((ask) => [...plan(sampleOf({}), [asking('a', ask)]).asks.keys()][0]);
  expect(new Set(ids).size).toBe(asks.length);
  const plainText: Compose = (_, text) => ({ text: `Q: ${text}` });
  const bare = planSample(sampleOf({}), [asking('a', base)], plainText, 7, 1);
  expect([...bare.asks.keys()][0]).not.toBe(ids[0]);
});

test('a raw text goes as it is; one without a prompt says what stands before it', () => {
  const ask: ModelAsk = { key: 'k', kind: 'logProbability', modelInput: '', continuation: 'all of it', raw: true };
  const of = (changes: Partial<ModelAsk>) =>
    [...plan(sampleOf({}), [asking('a', { ...ask, ...changes } as ModelAsk)]).asks.values()][0]!;
  expect(of({})).toMatchObject({ prompt: { text: '' }, continuation: 'all of it', context: 'document', repeat: 0 });
  expect(of({ context: 'bos' } as never)).toMatchObject({ context: 'bos' });
  expect(of({ windows: 'half' } as never)).toMatchObject({ windows: 'half' });
  expect(of({ modelInput: 'x' })).toMatchObject({ prompt: { text: 'x' } });
  expect(of({ modelInput: 'x' })).not.toHaveProperty('context');
  expect(of({})).not.toHaveProperty('windows');
  expect(of({ raw: false } as never).prompt.text).toBe('Q: ');
});

test('repeats are questions of their own, and what an algorithm repeats by itself is repeated as a whole', () => {
  const twice = asking(
    'twice',
    { key: 'a', kind: 'generate', modelInput: 'why?' },
    { key: 'b', kind: 'generate', modelInput: 'why?', repeat: 1 },
  );
  const work = plan(sampleOf({}), [twice, plain], 3);
  expect(work.keys.get('twice')).toHaveLength(3);
  const repeats = [0, 1, 2].map((at) => work.asks.get(idOf(work, 'twice', 'a', at))!.repeat);
  expect(repeats).toEqual([0, 1, 2]);
  expect([0, 1, 2].map((at) => work.asks.get(idOf(work, 'twice', 'b', at))!.repeat)).toEqual([3, 4, 5]);
  expect(work.asks.size).toBe(6);
  expect(idOf(work, 'plain', 'original', 2)).toBe(idOf(work, 'twice', 'a', 2));
  const likely: ModelAsk = { key: 'k', kind: 'logProbability', modelInput: 'why?', continuation: ' so' };
  expect(plan(sampleOf({}), [asking('likely', likely)], 3).asks.size).toBe(1);
});

test('a blank input is no question, unless the algorithm keeps to another tool or does not need it', () => {
  for (const model_input of ['', ' \n']) {
    const work = plan(sampleOf({ model_input }), [plain]);
    expect(work.unaskable.get('plain')).toEqual({ unscored: 'empty_input' });
    expect(work.asks.size).toBe(0);
    expect(work.keys.get('plain')![0]!.size).toBe(0);
  }
  const blank = sampleOf({ model_input: ' ' });
  const make = instance('plain', undefined);
  expect(plan(blank, [make({ compat: 'fmeval' })]).asks.size).toBe(1);
  expect(plan(blank, [make({ inner: { compat: 'fmeval' } })]).asks.size).toBe(1);
  expect(plan(blank, [make({ inner: {} })]).asks.size).toBe(0);
  const needsNothing = instance('free', undefined, { needs: () => ['target_output'] })();
  expect(plan(blank, [needsNothing]).unaskable.size).toBe(0);
});

test('an algorithm that cannot say what it asks costs itself the sample, and no other', () => {
  const broken = instance('broken', () => {
    throw new Error('no choices');
  })();
  const odd = instance('odd', () => {
    throw 'a text';
  })();
  const work = plan(sampleOf({}), [broken, odd, plain]);
  expect(Object.fromEntries(work.unaskable)).toEqual({
    broken: { unscored: 'asking_failed', detail: 'no choices' },
    odd: { unscored: 'asking_failed', detail: 'a text' },
  });
  expect(work.asks.size).toBe(1);
});

test('disturbed inputs are kept where they differ, under the algorithm’s name where another has the variant', () => {
  const ask = (text: string): ModelAsk => ({
    ...{ key: 'v/0', kind: 'generate', modelInput: text },
    disturbed: { variant: 'v/0', text },
  });
  const work = plan(sampleOf({}), [asking('a', ask('wyh?')), asking('b', ask('wyh?')), asking('c', ask('whhy?'))]);
  expect(Object.fromEntries(work.disturbed)).toEqual({ 'v/0': 'wyh?', 'c v/0': 'whhy?' });
  expect(plan(sampleOf({}), [asking('a', ask('why?'))]).disturbed.size).toBe(0);
});

const completed: Completion = {
  id: 'x',
  ok: true,
  text: 'so',
  finishReason: 'stop',
  elapsedMs: 5,
  promptTokens: 3,
  newTokens: 2,
};
const likely: LogProbability = {
  ...{ id: 'x', ok: true, logProbability: -1.23456, tokenCount: 2, byteCount: 3, isGreedy: true },
  ...{ tokenLogProbabilities: [-1, -0.23456], elapsedMs: 9 },
};
const failed: Completion = {
  ...{ id: 'x', ok: false, state: 'timed_out' },
  error: { code: 'RUNNER_TIMEOUT', message: 'late', retryable: true },
};

test('an answer is kept without what only its call needs', () => {
  expect(toResult(completed)).toEqual({
    answer: { kind: 'generate', text: 'so', elapsedMs: 5, promptTokens: 3, newTokens: 2, stopReason: 'stop' },
    attempts: 1,
  });
  expect(toResult({ id: 'x', ok: true, text: 'so', finishReason: 'stop', elapsedMs: 5, attempts: 4 })).toEqual({
    answer: { kind: 'generate', text: 'so', elapsedMs: 5, stopReason: 'stop' },
    attempts: 4,
  });
  const { tokenLogProbabilities: _t, id: _i, ok: _o, ...kept } = likely as Extract<LogProbability, { ok: true }>;
  expect(toResult(likely)).toEqual({ answer: { kind: 'logProbability', ...kept }, attempts: 1 });
  const { state, error } = failed as Extract<Completion, { ok: false }>;
  expect(toResult(failed)).toEqual({ failed: { state, error }, attempts: 1 });
  expect(toResult({ ...failed, attempts: 8 } as Completion).attempts).toBe(8);
});

test('tokens are kept where they were asked for: none is said of a model that gives none', () => {
  const tokens = [{ text: ' so', logProbability: -0.25, top: [{ text: ' so', logProbability: -0.25 }] }];
  expect(toResult({ ...completed, tokens } as Completion)).toEqual(toResult(completed));
  expect(toResult({ ...completed, tokens } as Completion, true)).toMatchObject({
    answer: { tokens: [[' so', -0.25]] },
  });
  expect(toResult({ ...likely, tokens } as LogProbability, true)).toMatchObject({
    answer: { tokens: [[' so', -0.25]] },
  });
  expect(toResult(likely, true)).toMatchObject({ answer: { tokens: [] } });
});

test('what is told of an answer says what was asked, how long it took and what it cost', () => {
  const work = plan(sampleOf({}), [plain]);
  const id = idOf(work, 'plain');
  const asked = { model: 'm', index: 4, kind: 'generate', attempts: 1 };
  expect(answerEvent('m', work, id, toResult(completed))).toEqual({
    ...{ ...asked, error: null, elapsedMs: 5, promptTokens: 3, newTokens: 2 },
  });
  expect(answerEvent('m', work, id, toResult(failed))).toEqual({
    ...{ ...asked, error: 'RUNNER_TIMEOUT', elapsedMs: 0, promptTokens: null, newTokens: null },
  });
  expect(answerEvent('m', work, id, toResult(likely))).toMatchObject({
    elapsedMs: 9,
    promptTokens: null,
    newTokens: null,
  });
});

test('a question for log-probabilities has the text alone, and says how it is read where that is asked', () => {
  const base = {
    id: 'p',
    kind: 'logProbability',
    prompt: { text: 'why?', messages: [] },
    continuation: ' so',
    repeat: 0,
  } as const;
  expect(runnerRequest('4/p', base, 1)).toEqual({ id: '4/p', prompt: 'why?', continuation: ' so' });
  expect(runnerRequest('4/p', { ...base, windows: 'whole', context: 'bos' }, 1)).toEqual({
    ...{ id: '4/p', prompt: 'why?', continuation: ' so', windows: 'whole', context: 'bos' },
  });
  const { signal } = new AbortController();
  const told: unknown[] = [];
  const runner: Runner = {
    version: 2,
    id: 'told',
    logProbabilities: (_, options) => {
      told.push(options);
      return (async function* () {})();
    },
  };
  askRunner(runner, 'logProbability', [], { temperature: 1, signal });
  askRunner(runner, 'logProbability', [], { overflow: 'left', signal });
  expect(told).toEqual([{ signal }, { signal, overflow: 'left' }]);
});

function answered(work: SampleWork, answers: Readonly<Record<string, Completion | LogProbability>>): SampleWork {
  for (const [id, answer] of Object.entries(answers)) work.results.set(id, toResult(answer));
  return work;
}

test('a record adds up what the answers cost; the time is that of the slowest', () => {
  const two = asking(
    'two',
    { key: 'a', kind: 'generate', modelInput: 'a' },
    { key: 'b', kind: 'generate', modelInput: 'b' },
    { key: 'c', kind: 'logProbability', modelInput: 'c', continuation: 'd' },
  );
  const work = plan(sampleOf({ target_output: 'so', category: 'x', cluster: 'y' }), [two]);
  answered(work, {
    [idOf(work, 'two', 'a')]: { ...completed, attempts: 3 } as Completion,
    [idOf(work, 'two', 'b')]: { ...completed, elapsedMs: 50, newTokens: 7 } as Completion,
    [idOf(work, 'two', 'c')]: likely,
  });
  expect(toSampleRecord('m', work, { two: { scores: { length: 2 } } }, undefined)).toEqual({
    ...{ kind: 'sample', model: 'm', sample: 4, digest: 'd4', category: 'x', cluster: 'y', state: 'scored' },
    outcomes: { two: { scores: { length: 2 } } },
    ...{ input: 'why?', target: 'so' },
    outputs: { a: 'so', b: 'so', c: '-1.2346' },
    stopReasons: { a: 'stop', b: 'stop' },
    logProbabilities: { c: -1.23456 },
    ...{ promptTokens: 6, newTokens: 9, elapsedMs: 50, attempts: 5 },
  });
});

test('a record says no more than there is: no target, no prompt that is the input, no failure', () => {
  const bare: Compose = (_, text) => ({ text });
  const work = planSample(sampleOf({}), [plain], bare, 7, 1);
  answered(work, { [idOf(work, 'plain')]: { ...completed, promptTokens: undefined, newTokens: undefined } as never });
  const record = toSampleRecord('m', work, { plain: { unscored: 'no_text' } }, undefined);
  expect(record).toEqual({
    ...{ kind: 'sample', model: 'm', sample: 4, digest: 'd4', state: 'unscored' },
    ...{ outcomes: { plain: { unscored: 'no_text' } }, input: 'why?', outputs: { original: 'so' } },
    stopReasons: { original: 'stop' },
    ...{ promptTokens: 0, newTokens: 0, elapsedMs: 5, attempts: 1 },
  });
});

test('a record keeps the prompt that was sent, what was disturbed, cut where it is long, and what the caches had', () => {
  const long = 'x'.repeat(5000);
  const disturbing = asking(
    'd',
    { key: 'original', kind: 'generate', modelInput: 'why?' },
    { key: 'v', kind: 'generate', modelInput: long, disturbed: { variant: 'v', text: long } },
    { key: 'w', kind: 'generate', modelInput: 'w', disturbed: { variant: 'w', text: 'w' } },
  );
  const work = plan(sampleOf({}), [disturbing]);
  work.cacheKeys.set('k', true);
  work.helperKeys.set('h', false);
  const { state, error } = failed as Extract<Completion, { ok: false }>;
  const record = toSampleRecord('m', work, { d: { unscored: 'timed_out' } }, { state, error });
  expect(record).toMatchObject({
    ...{ state: 'timed_out', error, prompt: 'Q: why?', cache: { k: true }, helperCache: { h: false }, outputs: {} },
    disturbed: { v: `${'x'.repeat(4000)}…`, w: 'w' },
  });
  expect(record).not.toHaveProperty('logProbabilities');
});

test('answers under one key of two algorithms have names of their own; repeats are numbered', () => {
  const ask = (modelInput: string): ModelAsk => ({ key: 'k', kind: 'generate', modelInput });
  const work = plan(sampleOf({}), [asking('a', ask('1')), asking('b', ask('2')), asking('c', ask('1'))], 2);
  const texts: Record<string, Completion> = {};
  for (const [label, text] of [
    ['a', 'one'],
    ['b', 'two'],
  ] as const)
    for (const repeat of [0, 1])
      texts[idOf(work, label, 'k', repeat)] = { ...completed, text: `${text} ${repeat}` } as Completion;
  answered(work, texts);
  const { outputs } = toSampleRecord('m', work, {}, undefined);
  expect(outputs).toEqual({ k: 'one 0', 'k #2': 'one 1', 'b k': 'two 0', 'b k #2': 'two 1' });
});

test('a sample of two sentences has the first as its input, and one without any has none', () => {
  const pair = plan(sampleOf({ model_input: undefined as never, sent_more_input: 'more' }), [plain]);
  expect(toSampleRecord('m', pair, {}, undefined).input).toBe('more');
  const none = plan(sampleOf({ model_input: undefined as never }), [plain]);
  expect(toSampleRecord('m', none, {}, undefined).input).toBe('');
});

test('the answers of an algorithm are whole, or the failure that cost it one', () => {
  const two = asking(
    'two',
    { key: 'a', kind: 'generate', modelInput: 'a' },
    { key: 'b', kind: 'generate', modelInput: 'b' },
  );
  const work = plan(sampleOf({}), [two]);
  expect(answersFor(work, 'two', 0)).toEqual({
    failed: {
      state: 'failed',
      error: { code: 'RUNNER_NO_ANSWER', message: 'the runner ended without answering', retryable: false },
    },
  });
  answered(work, { [idOf(work, 'two', 'a')]: completed, [idOf(work, 'two', 'b')]: failed });
  expect(answersFor(work, 'two', 0)).toMatchObject({ failed: { state: 'timed_out' } });
  expect(hasFailure(work)).toBe(true);
  answered(work, { [idOf(work, 'two', 'b')]: { ...completed, text: 'b' } as Completion });
  expect(hasFailure(work)).toBe(false);
  expect(
    [...(answersFor(work, 'two', 0) as Map<string, { text: string }>)].map(([key, { text }]) => [key, text]),
  ).toEqual([
    ['a', 'so'],
    ['b', 'b'],
  ]);
  expect((answersFor(work, 'two', 1) as Map<string, unknown>).size).toBe(0);
  expect((answersFor(work, 'gone', 0) as Map<string, unknown>).size).toBe(0);
});

const noHelpers = () =>
  new HelperDesk(
    async () => {
      throw new Error('no helper');
    },
    undefined,
    () => {},
  );

test('each repeat is scored by itself and reduced; a failure costs the algorithms that needed the answer', async () => {
  const work = plan(sampleOf({}), [plain, asking('other', { key: 'o', kind: 'generate', modelInput: 'other' })], 2);
  answered(work, {
    [idOf(work, 'plain', 'original', 0)]: { ...completed, text: 'four' } as Completion,
    [idOf(work, 'plain', 'original', 1)]: { ...completed, text: 'ten chars!' } as Completion,
    [idOf(work, 'other', 'o', 0)]: failed,
    [idOf(work, 'other', 'o', 1)]: failed,
  });
  const broken = instance('broken', () => {
    throw new Error('why');
  })();
  const all = plan(sampleOf({}), [broken], 2);
  const merged = { ...work, keys: new Map([...work.keys, ...all.keys]), unaskable: all.unaskable };
  const instances = [plain, asking('other'), broken];
  const { outcomes, failure } = await scoreWork(merged, instances, noHelpers(), 'mean', new StageClock());
  expect(outcomes.plain).toEqual({ scores: { length: 7 } });
  expect(outcomes.other).toEqual({ unscored: 'timed_out' });
  expect(outcomes.broken).toEqual({ unscored: 'asking_failed', detail: 'why' });
  expect(failure).toMatchObject({ state: 'timed_out', error: { code: 'RUNNER_TIMEOUT' } });
  const fine = await scoreWork({ ...work, unaskable: new Map() }, [plain], noHelpers(), 'mean', new StageClock());
  expect(fine).toEqual({ outcomes: { plain: { scores: { length: 7 } } }, failure: undefined });
});

test('a record has category, cluster, kept columns and features where the sample has them', () => {
  const full = {
    ...sampleOf({ category: 'a', cluster: 'c', target_output: 'because' }),
    record: { id: 7, note: 'x', more: 1 },
  };
  const keep = { prompts: false, outputs: true, columns: ['id', 'note'] } as never;
  const record = toSampleRecord('m', plan(full, [plain]), {}, undefined, keep);
  expect(record).toMatchObject({ category: 'a', cluster: 'c', target: 'because', columns: { id: '7', note: 'x' } });
  expect(record).not.toHaveProperty('prompt');
  const bare = toSampleRecord('m', plan(sampleOf({}), [plain]), {}, undefined);
  for (const name of [
    'category',
    'cluster',
    'target',
    'columns',
    'features',
    'disturbed',
    'stopReasons',
    'error',
    'cache',
    'helperCache',
  ])
    expect(bare).not.toHaveProperty(name);
  const same: Compose = (_, text) => ({ text });
  const unchanged = planSample(sampleOf({}), [plain], same, 7, 1);
  expect(toSampleRecord('m', unchanged, {}, undefined)).not.toHaveProperty('prompt');
});
