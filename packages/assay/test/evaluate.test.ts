import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  binary,
  bounded,
  compare,
  defineAlgorithm,
  defineModel,
  type EvaluateOptions,
  evaluate,
  evaluateConfig,
  qaAccuracy,
  readRun,
  scoreOutputs,
  select,
  unscored,
} from 'assay';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';

const home = process.cwd();
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-library-'));
  process.chdir(folder);
  process.env.ASSAY_CACHE = join(folder, 'cache');
});
afterEach(async () => {
  process.chdir(home);
  await rm(folder, { recursive: true, force: true });
});

const brief = defineAlgorithm({
  name: 'brief',
  needs: ['model_input'],
  options: z.strictObject({ words: z.int().default(10) }),
  scores: { within: binary('At most so many words.') },
  score: ({ output }, { words }) => ({ within: output.split(/\s+/).length <= words ? 1 : 0 }),
});
const rows = [
  { question: 'Capital of Canada?', answer: 'Ottawa' },
  { question: 'Capital of Italy?', answer: 'Rome' },
  { question: 'Capital of Peru?', answer: 'Lima' },
];
const COUNTRIES = ['Canada', 'Italy', 'Peru'];
/** Answers for Canada, Italy and Peru, whatever their order. */
const mine = (id: string, answers: readonly string[]) =>
  defineModel({
    id,
    generate: async ({ text }) => answers[COUNTRIES.findIndex((country) => text.includes(country))] ?? answers[0]!,
  });
const asked = (more: Partial<EvaluateOptions>): EvaluateOptions => ({
  data: rows,
  keys: { modelInput: 'question', targetOutput: 'answer' },
  models: [mine('mine:v3', ['Ottawa', 'Rome', 'Quito'])],
  algorithms: [qaAccuracy(), brief({ words: 8 })],
  ...more,
});

test('objects are evaluated, and samples are read again and again', async () => {
  const run = await evaluate(asked({}));
  expect(run.score('qa_accuracy.f1_score', { model: 'mine:v3' })).toMatchObject({ value: 2 / 3, n: 3 });
  expect(run.score('brief.within')).toMatchObject({ value: 1, n: 3, states: { scored: 3 } });
  for (let time = 0; time < 2; time += 1) {
    const outputs: (string | null)[] = [];
    for await (const sample of run.samples()) outputs.push(sample.output);
    expect(outputs.sort()).toEqual(['Ottawa', 'Quito', 'Rome']);
  }
  const again = await readRun(run.folder);
  expect(again.summary).toEqual(run.summary);
  expect(JSON.parse(await readFile(join(run.folder, 'manifest.json'), 'utf8')).configText).not.toContain('\ndataset:');
});

test('an iterable, an async iterable and a path give the same figures', async () => {
  async function* later() {
    yield* rows;
  }
  const list = await evaluate(asked({ output: 'a' }));
  const stream = await evaluate(asked({ data: later(), output: 'b' }));
  const path = await evaluate(
    asked({ data: list.manifest.dataset.files[0]!.path.replace(/^.*\.assay/, '.assay'), output: 'c' }),
  );
  for (const other of [stream, path])
    expect(other.score('qa_accuracy.f1_score')).toEqual(list.score('qa_accuracy.f1_score'));
});

test.each([
  ['throws', () => Promise.reject(new Error('no luck')), 'failed', /RUNNER_FAILED mine: no luck/],
  ['returns undefined', () => undefined, 'failed', /answered with undefined/],
  ['returns a number', () => 7, 'failed', /answered with a number/],
  ['returns an object without a text', () => ({ answer: 'x' }), 'failed', /an object without a text/],
  ['hangs', () => new Promise(() => {}), 'timed_out', /RUNNER_TIMEOUT mine gave no answer within 0.05 s/],
])('a model that %s costs its samples alone', async (_, generate, state, message) => {
  const bad = defineModel({ id: 'mine', timeoutMs: 50, generate: generate as unknown as () => string });
  const run = await evaluate(asked({ models: [bad, mine('good', ['Ottawa', 'Rome', 'Lima'])] }));
  const states = run.summary.models.map((model) => model.states);
  expect(states[0]).toMatchObject({ [state]: 3, scored: 0 });
  expect(states[1]).toMatchObject({ scored: 3 });
  for await (const sample of run.samples({ model: 'mine' })) expect(sample.error).toMatch(message);
});

test.each([
  ['is no number', () => ({ share: true }), /share is true, which is no number/],
  ['is outside of its range', () => ({ share: 7.5 }), /share is 7.5, outside of 0 … 1/],
  ['has a name that is not declared', () => ({ shar: 1 }), /it has no score "shar", only share/],
  ['is missing', () => ({}), /it gave no score/],
])('a score that %s is unscored, counted, and the run can be resumed', async (_, score, why) => {
  const odd = defineAlgorithm({
    name: 'odd',
    scores: { share: bounded('A share.') },
    score: score as unknown as () => { share: number },
  });
  const options = asked({ algorithms: [odd(), qaAccuracy()], output: 'run' });
  const run = await evaluate(options);
  expect(run.score('odd.share')).toMatchObject({ value: null, n: 0, unscored: { score_invalid: 3 } });
  expect(run.score('qa_accuracy.f1_score').n).toBe(3);
  for await (const sample of run.samples()) expect(sample.unscored.odd).toMatch(why);
  const again = await evaluate({ ...options, resume: true });
  expect(again.summary.scores).toEqual(run.summary.scores);
});

test('an algorithm may leave a sample unscored, with its reason counted', async () => {
  const picky = defineAlgorithm({
    name: 'picky',
    scores: { length: bounded('Length.', [0, 100]) },
    score: ({ output }) => (output === 'Quito' ? unscored('wrong_country') : { length: output.length }),
  });
  const run = await evaluate(asked({ algorithms: [picky()] }));
  expect(run.score('picky.length')).toMatchObject({ n: 2, unscored: { wrong_country: 1 } });
});

test.each<[string, Partial<EvaluateOptions>, string, RegExp]>([
  [
    'rows that are no objects',
    { data: [{ question: 'a', answer: 'b' }, 7 as never] },
    'DATASET_BAD_VALUE',
    /data\[1\] is a number/,
  ],
  ['a row that JSON cannot hold', { data: [{ question: 1n }] }, 'DATASET_BAD_VALUE', /data\[0\] cannot be written/],
  ['no rows', { data: [] }, 'DATASET_EMPTY', /no rows/],
  ['a key that no row has', { keys: { modelInput: 'q' } }, 'DATASET_KEY_MISSING', /q/],
  [
    'two models of one id',
    { models: [mine('a', ['x']), mine('a', ['y'])] },
    'CONFIG_INVALID',
    /two models have the id a/,
  ],
  ['an unknown option', { algorithms: [qaAccuracy({ delimiter: 1 })] }, 'CONFIG_UNKNOWN_KEY', /delimiter/],
  ['no algorithm', { algorithms: [] }, 'CONFIG_INVALID', /algorithms/],
])('%s: a coded error before any work', async (_, more, code, message) => {
  await expect(evaluate(asked(more))).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test('a signal ends the run, and resume goes on without repeating an answer', async () => {
  const stop = new AbortController();
  const ids: string[] = [];
  const model = defineModel({
    id: 'slow:v1',
    concurrency: 1,
    generate: async ({ text }) => {
      ids.push(text);
      if (ids.length === 2) stop.abort(new Error('enough'));
      return 'Ottawa';
    },
  });
  const options = asked({ models: [model], output: 'run', cache: false });
  await expect(evaluate({ ...options, signal: stop.signal })).rejects.toThrow();
  const run = await evaluate({ ...options, resume: true });
  expect(run.summary.models[0]!.states.scored).toBe(3);
  expect(new Set(ids).size).toBe(3);
  expect(ids.length).toBeLessThanOrEqual(4);
});

test('runs are compared, a model is chosen, outputs are scored, a config object runs', async () => {
  const before = await evaluate(asked({ models: [mine('m', ['Ottawa', 'x', 'y'])], output: 'before' }));
  const after = await evaluate(asked({ models: [mine('n', ['Ottawa', 'Rome', 'Lima'])], output: 'after' }));
  const { comparisons } = await compare(before, after, { score: 'qa_accuracy.f1_score' });
  expect(comparisons).toMatchObject([{ n: 3, difference: expect.closeTo(2 / 3) }]);
  const both = await evaluate(asked({ models: [mine('bad', ['x']), mine('good', ['Ottawa', 'Rome', 'Lima'])] }));
  expect((await select(both, { score: 'qa_accuracy.f1_score', tie: 'first' })).score).toBe('qa_accuracy.f1_score');
  const scored = await scoreOutputs({
    data: [{ answer: 'Ottawa', output: 'It is Ottawa.' }],
    keys: { targetOutput: 'answer', modelOutput: 'output' },
    algorithms: [qaAccuracy(), brief()],
  });
  expect(scored.score('qa_accuracy.recall_over_words').value).toBe(1);
  const data = {
    input_data_location: before.manifest.dataset.files[0]!.path.replace(/^.*\.assay/, '.assay'),
    model_output_key: 'question',
    target_output_key: 'answer',
  };
  const config = {
    dataset: data,
    models: [{ name: 'o', runner: 'outputs' }],
    algorithms: [{ algorithm: 'qa_accuracy' }],
  };
  expect((await evaluateConfig(config, { limit: 2 })).score('qa_accuracy.f1_score').n).toBe(2);
});

test('a misspelt score is answered with what was meant', async () => {
  const run = await evaluate(asked({}));
  expect(() => run.score('qa_accuracy.f1_scor')).toThrow(/did you mean "qa_accuracy.f1_score"/);
});
