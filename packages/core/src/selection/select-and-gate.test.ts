import { expect, test } from 'vitest';
import { parseGate } from '../config/parse-gate.ts';
import type { GateConfig } from '../config/schema/decision-config.ts';
import type { RunView, SampleRow, ScoreSummary, Summary } from '../results/summary.ts';
import { checkGates } from './check-gates.ts';
import { gatherScores } from './model-scores.ts';
import { rankText } from './rank-models.ts';
import { ScoredRun } from './scored-run.ts';
import { selectModel } from './select-model.ts';

const spec = { range: [0, 1], better: 'higher', kind: 'binary', summary: '' } as const;

/** A run whose models get the first `right` of `n` samples right. */
function run(
  models: Readonly<Record<string, number>>,
  n = 100,
  latencyMs: Readonly<Record<string, number>> = {},
): RunView {
  const scores = Object.entries(models).map(
    ([model, right]): ScoreSummary => ({
      model,
      algorithm: 'qa',
      score: 'right',
      category: null,
      n,
      value: right / n,
      interval: [right / n - 0.09, right / n + 0.09],
      confidence: 0.95,
      intervalMethod: 'wilson',
      standardError: 0.04,
      from: 'mean',
      spec,
      unscored: {},
      histogram: null,
      signature: 'qa|v1',
    }),
  );
  const states = { scored: n, unscored: 0, truncated: 0, refused: 0, failed: 2, timed_out: 0, skipped: 0 };
  const summary = {
    models: Object.keys(models).map((name) => ({ name, runner: name, states, promptTokens: 0, newTokens: 0 })),
    scores,
    timing: {
      latencyMs: Object.fromEntries(
        Object.entries(latencyMs).map(([name, mean]) => [name, { mean, p50: mean, p95: mean }]),
      ),
    },
  } as unknown as Summary;
  async function* rows(): AsyncGenerator<SampleRow> {
    for (const [model, right] of Object.entries(models)) {
      for (let index = 0; index < n; index += 1) {
        yield {
          model,
          index,
          digest: `d${index}`,
          category: null,
          cluster: null,
          input: '',
          scores: { 'qa.right': index < right ? 1 : 0 },
        } as unknown as SampleRow;
      }
    }
  }
  return { manifest: {} as RunView['manifest'], summary, rows: rows() };
}

/** Runs whose samples have the scores given for each model: `speech` in [0, 1] where more is better, `harm` where less is. */
function scoredRun(
  models: Readonly<Record<string, Readonly<Record<string, (index: number) => number>>>>,
  n = 60,
): RunView {
  const base = run({ one: 1 }).summary.scores[0]!;
  const scores = Object.entries(models).flatMap(([model, own]) =>
    Object.entries(own).map(([score, valueAt]): ScoreSummary => {
      const value = Array.from({ length: n }, (_, index) => valueAt(index)).reduce((a, b) => a + b, 0) / n;
      const better = score === 'harm' || score === 'cost' ? ('lower' as const) : ('higher' as const);
      const algorithm = score === 'cost' ? 'cost' : 'qa';
      return { ...base, model, algorithm, score, value, spec: { ...spec, kind: 'bounded', better } };
    }),
  );
  const names = Object.keys(models);
  const summary = {
    models: names.map((name, at) => ({ name, runner: name, states: {}, promptTokens: 100 - at, newTokens: 0 })),
    scores,
    timing: { latencyMs: {} },
  } as unknown as Summary;
  async function* rows(): AsyncGenerator<SampleRow> {
    for (const [model, own] of Object.entries(models)) {
      for (let index = 0; index < n; index += 1) {
        const values = Object.entries(own).map(([score, valueAt]) => [
          `${score === 'cost' ? 'cost' : 'qa'}.${score}`,
          valueAt(index),
        ]);
        yield {
          model,
          index,
          digest: `d${index}`,
          category: null,
          cluster: null,
          input: '',
          scores: Object.fromEntries(values),
        } as SampleRow;
      }
    }
  }
  return { manifest: {} as RunView['manifest'], summary, rows: rows() };
}

/** Between 0 and 1, the same for every model. */
const wave = (index: number) => ((index * 37) % 60) / 60;

const select = async (view: RunView, config = {}) => selectModel(view.summary, await gatherScores(view.rows), config);
const gates = (texts: readonly GateConfig[], view: RunView, baseline?: RunView) =>
  checkGates(
    texts.flatMap((text) => parseGate(text)),
    new ScoredRun(view),
    async () => new ScoredRun(baseline!),
  );

test('a model that is better beyond chance is chosen', async () => {
  expect(await select(run({ small: 40, large: 70 }))).toMatchObject({ model: 'large', tied: [] });
});

test('a model ahead by chance is not: the faster of the tied is taken', async () => {
  const selection = await select(run({ small: 60, large: 62 }, 100, { small: 10, large: 90 }), { prefer: 'latency' });
  expect(selection).toMatchObject({ model: 'small', tied: ['large'] });
  expect(selection.reason).toContain('cannot be told apart');
  expect(selection.ranks).toEqual([
    { model: 'large', value: 0.62, best: 1, worst: 2 },
    { model: 'small', value: 0.6, best: 1, worst: 2 },
  ]);
});

test('the direction can be turned', async () => {
  expect(await select(run({ small: 40, large: 70 }), { direction: 'min' })).toMatchObject({ model: 'small' });
});

test('a score that is not there is named with those that are', async () => {
  await expect(select(run({ one: 4 }), { score: 'qa.wrong' })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    hint: 'It has: qa.right.',
  });
});

test('a weighted sum is compared sample by sample; where less is better it counts negatively', async () => {
  const models = {
    bold: { speech: (i: number) => 0.5 + wave(i) / 2, harm: (i: number) => 0.4 + wave(i) / 2 },
    careful: { speech: (i: number) => 0.4 + wave(i) / 2, harm: (i: number) => 0.1 + wave(i) / 2 },
  };
  const even = await select(scoredRun(models), { weights: { 'qa.speech': 1, 'qa.harm': 1 } });
  expect(even).toMatchObject({ model: 'careful', tied: [], score: '1 × qa.speech + 1 × qa.harm' });
  expect(even.value).toBeCloseTo(0.3, 10);
  const loud = await select(scoredRun(models), { weights: { 'qa.speech': 1, 'qa.harm': 0.1 } });
  expect(loud).toMatchObject({ model: 'bold', tied: [] });
  const tied = await select(scoredRun(models), { weights: { 'qa.speech': 3, 'qa.harm': 1 } });
  expect(tied).toMatchObject({ model: 'bold', tied: ['careful'] });
});

test('of several scores at once, models that no other beats are kept', async () => {
  const models = {
    bold: { speech: (i: number) => 0.5 + wave(i) / 2, harm: (i: number) => 0.4 + wave(i) / 2 },
    careful: { speech: (i: number) => 0.4 + wave(i) / 2, harm: (i: number) => 0.1 + wave(i) / 2 },
    useless: { speech: (i: number) => 0.1 + wave(i) / 2, harm: (i: number) => 0.4 + wave(i) / 2 },
  };
  const pareto = ['qa.speech', 'qa.harm'];
  const selection = await select(scoredRun(models), { pareto, prefer: 'cost' });
  expect(selection).toMatchObject({ model: 'careful', tied: ['bold'], value: null });
  expect(selection.reason).toBe(
    'no other model beats bold, careful on qa.speech and qa.harm; careful is the one that took fewer tokens',
  );
  expect(selection.ranks.map(({ model, best, worst }) => [model, best, worst])).toEqual([
    ['bold', 1, 2],
    ['careful', 1, 2],
    ['useless', 3, 3],
  ]);
  const { useless, careful } = models;
  expect(await select(scoredRun({ useless, careful }), { pareto })).toMatchObject({ model: 'careful', tied: [] });
});

test('a price is preferred to tokens; a figure that some lack decides nothing, and that is said', async () => {
  const speech = wave;
  const priced = {
    dear: { speech, cost: () => 0.02 },
    cheap: { speech, cost: () => 0.01 },
    free: { speech, cost: () => 0.015 },
  };
  const cost = await select(scoredRun(priced), { score: 'qa.speech', prefer: 'cost' });
  expect(cost).toMatchObject({ model: 'cheap', reason: expect.stringContaining('cheap is the cheaper') });
  const view = scoredRun(priced);
  const models = await gatherScores(view.rows);
  const config = { score: 'qa.speech', prefer: 'size' } as const;
  const sizes: Readonly<Record<string, number>> = { dear: 30, cheap: 20, free: 10 };
  expect(selectModel(view.summary, models, config, { sizeOf: (model) => sizes[model] })).toMatchObject({
    model: 'free',
  });
  const partly = selectModel(view.summary, models, config, { sizeOf: (model) => (model === 'free' ? 10 : undefined) });
  expect(partly).toMatchObject({
    model: 'dear',
    reason: expect.stringContaining('the first in the config (the size of dear, cheap is not known)'),
  });
});

test('among many equal models none is called best: p-values are adjusted over every pair', async () => {
  // Each pair alone would be significant at 0.02 or so for one of them; together they are noise.
  const right = { a: 50, b: 50, c: 50, d: 50, e: 57 };
  expect(await select(run(right))).toMatchObject({ tied: ['b', 'c', 'd', 'e'] });
  expect(await select(run({ d: 50, e: 57 }))).toMatchObject({ model: 'e', tied: [] });
});

test('ranks are told as the places that are left open', () => {
  const ranks = [
    { model: 'a', best: 1, worst: 1 },
    { model: 'b', best: 2, worst: 3 },
  ];
  expect(rankText(ranks)).toBe('a 1, b 2–3');
});

test('the confidence of a selection is its own', async () => {
  expect(await select(run({ d: 50, e: 57 }), { confidence: 0.99 })).toMatchObject({ tied: ['e'] });
});

test('absolute gates look at the value or at an end of its interval', async () => {
  const results = await gates(
    ['qa.right >= 0.7', 'qa.right lower bound >= 0.7', 'failed <= 0', 'failed <= 5%'],
    run({ one: 70 }),
  );
  expect(results.map(({ passed }) => passed)).toEqual([true, false, false, true]);
  expect(results[1]!.reason).toContain('0.610');
});

test('a regression gate blocks a real loss and lets noise pass', async () => {
  expect((await gates(['regression'], run({ one: 40 }), run({ one: 70 }))).map(({ passed }) => passed)).toEqual([
    false,
  ]);
  expect((await gates(['regression'], run({ one: 69 }), run({ one: 70 }))).map(({ passed }) => passed)).toEqual([true]);
});

test('a loss that the paired test is not sure of passes, however narrow its interval', async () => {
  // Three of three lost: the interval is a point, but McNemar's p is 0.25.
  const [few] = await gates(['regression'], run({ one: 0 }, 3), run({ one: 3 }, 3));
  expect(few).toMatchObject({ passed: true, reason: expect.stringContaining('exact McNemar, p = 0.250') });
  expect((await gates(['regression'], run({ one: 0 }, 8), run({ one: 8 }, 8)))[0]!.passed).toBe(false);
});

test('a run that stopped early is gated with a word of caution, and selects by the sequential comparison', async () => {
  const early = run({ one: 40, two: 75 });
  const stop = { decided: true, orderSeed: 7 };
  const models = early.summary.models.map((model) => ({ ...model, stop }));
  const summary = { ...early.summary, models } as unknown as Summary;
  const [gate] = await gates(['regression'], { ...early, summary }, run({ one: 70 }));
  expect(gate).toMatchObject({ passed: false, reason: expect.stringContaining('stopped early') });
  const selection = selectModel(summary, await gatherScores(run({ one: 40, two: 75 }).rows));
  expect(selection).toMatchObject({ model: 'two', tied: [] });
  // What a test for a fixed number of samples would call better, a sequential one does not yet.
  const close = await gatherScores(run({ one: 50, two: 57 }).rows);
  expect(selectModel(summary, close)).toMatchObject({ tied: [expect.any(String)] });
});

test('the confidence of a gate is its own', async () => {
  const gate = { score: 'qa.right', max_regression: 0, baseline: 'x' };
  const passed = async (confidence: number) =>
    (await gates([{ ...gate, confidence }], run({ one: 60 }), run({ one: 68 })))[0]!.passed;
  expect([await passed(0.95), await passed(0.999)]).toEqual([false, true]);
});

test('a loss within the allowance passes', async () => {
  const gate = { score: 'qa.right', max_regression: 0.4, baseline: 'x' };
  expect((await gates([gate], run({ one: 40 }), run({ one: 70 }))).map(({ passed }) => passed)).toEqual([true]);
});

test('a gate that says nothing is refused with examples', () => {
  expect(() => parseGate('be good')).toThrow('no gate');
});

test('the map form holds two limits', () => {
  expect(parseGate({ score: 'qa.right', min: 0.2, max: 0.8, bound: 'lower' })).toMatchObject([
    { operator: '>=', limit: 0.2, bound: 'lower' },
    { operator: '<=', limit: 0.8 },
  ]);
});

test('a gate that is for no model of the run fails', async () => {
  const [none] = await gates([{ score: 'qa.right', min: 0.1, models: ['two', 'three'] }], run({ one: 70 }));
  expect(none).toMatchObject({ model: 'two, three', passed: false, reason: expect.stringContaining('it has one') });
  expect(await gates([{ score: 'qa.right', min: 0.1, models: ['two', 'one'] }], run({ one: 70 }))).toMatchObject([
    { model: 'one', passed: true },
  ]);
});

test('a gate on a category that no sample is in fails with the categories there are', async () => {
  const [none] = await gates([{ score: 'qa.right', min: 0.1, category: 'maths' }], run({ one: 70 }));
  expect(none).toMatchObject({ passed: false, reason: 'no sample is in maths; the categories are none' });
});

test('a score that the baseline lacks fails a gate that names it, and is no matter to one that names none', async () => {
  const now = () => scoredRun({ one: { speech: wave, harm: wave } });
  const then = () => scoredRun({ one: { speech: wave } });
  expect((await gates(['regression'], now(), then())).map(({ passed }) => passed)).toEqual([true]);
  expect(await gates(['qa.harm regression'], now(), then())).toMatchObject([
    { passed: false, reason: 'the baseline run has no qa.harm' },
  ]);
});

test('a gate that names no score may be narrowed to some', async () => {
  const view = () => new ScoredRun(scoredRun({ one: { speech: wave, harm: wave } }));
  const scores = new Set(['qa.harm']);
  const found = await checkGates(parseGate('regression'), view(), async () => view(), { scores });
  expect(found).toMatchObject([{ passed: true, reason: expect.stringMatching(/^qa\.harm /) }]);
});

test('a score that was computed by other settings in the baseline fails a regression gate with that reason', async () => {
  const then = run({ one: 70 });
  const scores = then.summary.scores.map((row) => ({ ...row, signature: 'qa|v0' }));
  const [gate] = await gates(['regression'], run({ one: 70 }), { ...then, summary: { ...then.summary, scores } });
  expect(gate).toMatchObject({
    passed: false,
    reason: 'qa.right was scored by other settings in the baseline: qa|v0, here qa|v1',
  });
});

test('a baseline is read once, however many gates and models look at it', async () => {
  let opened = 0;
  const found = await checkGates(
    ['regression', 'qa.right regression <= 0.1'].flatMap((text) => parseGate(text)),
    new ScoredRun(run({ one: 70, two: 60 })),
    async () => {
      opened += 1;
      return new ScoredRun(run({ one: 70, two: 60 }));
    },
  );
  expect([opened, found.length]).toEqual([1, 4]);
});

test('a score with an ideal cannot be weighed: how far a mean is from it is no mean over samples', async () => {
  const view = run({ one: 70, two: 50 });
  const scores = view.summary.scores.map((row) => ({ ...row, spec: { ...spec, better: { target: 0.5 } } }));
  await expect(
    select({ ...view, summary: { ...view.summary, scores } }, { weights: { 'qa.right': 1 } }),
  ).rejects.toMatchObject({ code: 'CONFIG_INVALID', hint: expect.stringContaining('pareto') });
});

test('a model is chosen for being nearer to the ideal, on either side of it', async () => {
  const view = () => {
    const found = run({ high: 90, even: 52, low: 12 });
    const scores = found.summary.scores.map((row) => ({ ...row, spec: { ...spec, better: { target: 0.5 } } }));
    return { ...found, summary: { ...found.summary, scores } };
  };
  expect(await select(view())).toMatchObject({ model: 'even', tied: [] });
});

test.each([
  ['gsm8k.exact_match,strict-match >= 0.5', { kind: 'score', score: 'gsm8k.exact_match,strict-match', limit: 0.5 }],
  ['my.label.f1_score lower bound>=.6', { score: 'my.label.f1_score', bound: 'lower', limit: 0.6 }],
  ['qa accuracy.f1_score < 1e-3', { score: 'qa accuracy.f1_score', operator: '<', limit: 0.001 }],
  ['regression <= 2%', { kind: 'regression', maxRegression: 0.02 }],
  [
    'gsm8k.exact_match,strict-match regression <= 0.02 against runs/last week',
    { kind: 'regression', score: 'gsm8k.exact_match,strict-match', maxRegression: 0.02, baseline: 'runs/last week' },
  ],
  ['regression against baseline', { kind: 'regression', maxRegression: 0, baseline: 'baseline' }],
])('the text %s is a gate', (text, gate) => {
  expect(parseGate(text)).toMatchObject([gate]);
});

test.each(['regression >= 0.02', 'f1_score >= 0.5', 'qa.f1 lower', 'unknown <= 3', 'qa.f1 >= 0.5 against x'])(
  'the text %s is none',
  (text) => {
    expect(() => parseGate(text)).toThrow('is no gate');
  },
);

test('the map form may limit a loss and a value at once, each in one category', () => {
  const both = {
    score: 'qa.right',
    baseline: 'b',
    max_regression: 0.02,
    min: 0.3,
    bound: 'lower',
    category: 'c',
  } as const;
  expect(parseGate(both)).toMatchObject([
    { kind: 'regression', maxRegression: 0.02, category: 'c' },
    { kind: 'score', bound: 'lower', limit: 0.3, category: 'c' },
  ]);
  expect(() => parseGate({ score: 'qa.right' })).toThrow('limits nothing');
});
