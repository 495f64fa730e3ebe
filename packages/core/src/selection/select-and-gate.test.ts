import { expect, test } from 'vitest';
import { parseGate } from '../config/parse-gate.ts';
import type { GateConfig } from '../config/schema/decision-config.ts';
import type { RunView, SampleRow, ScoreSummary, Summary } from '../results/summary.ts';
import { checkGates } from './check-gates.ts';
import { gatesOutcome, inconclusivePolicy } from './gate-policy.ts';
import { gatherScores } from './model-scores.ts';
import { rankText } from './rank-models.ts';
import { ScoredRun } from './scored-run.ts';
import { selectAmong } from './select-model.ts';

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

const select = async (view: RunView, config = {}) => selectAmong(view.summary, await gatherScores(view.rows), config);
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

test('a model without data is never chosen, and without any nothing is', async () => {
  const without = (view: RunView, ...names: string[]): RunView => {
    const scores = view.summary.scores.map((row) =>
      names.includes(row.model) ? { ...row, n: 0, value: null, interval: null } : row,
    );
    return { ...view, summary: { ...view.summary, scores } };
  };
  const none = await select(without(run({ small: 40, large: 70 }), 'small', 'large'));
  expect(none).toMatchObject({ model: null, value: null, tied: [], ranks: [] });
  expect(none.reason).toContain('nothing can be chosen: no model has at least 2 samples with qa.right');
  const one = await select(without(run({ small: 40, large: 70 }), 'large'));
  expect(one).toMatchObject({ model: 'small', tied: [] });
  expect(one.reason).toBe('the only model; qa.right 0.400; large left out for lack of samples');
  expect(await select(run({ one: 1 }, 1))).toMatchObject({ model: null });
  for (const tie of ['first', 'all'] as const)
    expect(await select(without(run({ small: 40 }), 'small'), { tie })).toMatchObject({ model: null });
});

test('a gate without data is inconclusive, whatever it asks', async () => {
  const view = run({ one: 0 }, 0);
  const empty = { scored: 0, unscored: 0, truncated: 0, refused: 0, failed: 0, timed_out: 0, skipped: 0 };
  const scores = view.summary.scores.map((row) => ({ ...row, n: 0, value: null, interval: null }));
  const summary = { ...view.summary, scores, models: [{ ...view.summary.models[0]!, states: empty }] };
  const asked = ['qa.right >= 0', 'qa.right lower >= 0', 'failed <= 5', 'regression <= 0.9'];
  expect(await ended(asked, { ...view, summary }, run({ one: 70 }))).toEqual(asked.map(() => 'inconclusive'));
});

test('a baseline that is not there yet is inconclusive, with the command that makes it', async () => {
  const view = run({ one: 70 });
  const manifest = { configFile: 'evaluation_config.yaml' } as RunView['manifest'];
  const [gate] = await checkGates(
    parseGate('not worse than base by 0.02'),
    new ScoredRun({ ...view, manifest }),
    async () => undefined,
  );
  expect(gate).toMatchObject({
    status: 'inconclusive',
    reason: 'the baseline run base does not exist yet; create it with: assay run evaluation_config.yaml -o base',
  });
});

test('what inconclusive means is the policy’s: in CI it fails unless the config says otherwise', () => {
  const open = [{ status: 'passed' }, { status: 'inconclusive' }] as const;
  expect(inconclusivePolicy(undefined, { CI: 'true' })).toBe('fail');
  expect(inconclusivePolicy(undefined, { CI: '' })).toBe('warn');
  expect(inconclusivePolicy('pass', { CI: 'true' })).toBe('pass');
  expect((['fail', 'warn', 'pass'] as const).map((policy) => gatesOutcome(open, policy))).toEqual([
    'inconclusive',
    'passed',
    'passed',
  ]);
  expect(gatesOutcome([...open, { status: 'failed' }], 'pass')).toBe('failed');
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
  expect(selectAmong(view.summary, models, config, { sizeOf: (model) => sizes[model] })).toMatchObject({
    model: 'free',
  });
  const partly = selectAmong(view.summary, models, config, { sizeOf: (model) => (model === 'free' ? 10 : undefined) });
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
  expect(results.map(({ status }) => status)).toEqual(['passed', 'failed', 'failed', 'passed']);
  expect(results[1]!.reason).toContain('0.610');
});

const ended = async (texts: readonly GateConfig[], view: RunView, baseline?: RunView) =>
  (await gates(texts, view, baseline)).map(({ status }) => status);

test('a gate on a loss passes, fails or is inconclusive by where the interval lies', async () => {
  const against = (right: number, gate: string) => ended([gate], run({ one: right }), run({ one: 70 }));
  // Thirty lost of a hundred, and none won.
  expect(await against(40, 'regression')).toEqual(['failed']);
  expect(await against(40, 'regression <= 0.3')).toEqual(['inconclusive']);
  expect(await against(40, 'regression <= 0.45')).toEqual(['passed']);
  expect(await against(69, 'regression <= 0.1')).toEqual(['passed']);
  expect(await against(69, 'not worse than the baseline by 0.1')).toEqual(['passed']);
  // No loss is allowed, and equal runs do not show that there is none.
  expect(await against(70, 'regression')).toEqual(['inconclusive']);
  const [open] = await gates(['regression'], run({ one: 70 }), run({ one: 70 }));
  expect(open!.reason).toMatch(/a loss of 0\.0\d\d cannot be excluded: say how much loss you accept/);
});

test('how a gate ends does not hang on how many scores are looked at', async () => {
  const many = (loss: number) =>
    Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => [name, (i: number) => Number(i < 40 - loss)]));
  const alone = (loss: number) => ({ a: (i: number) => Number(i < 40 - loss) });
  const one = await ended(['qa.a regression <= 0.02'], scoredRun({ m: alone(14) }), scoredRun({ m: alone(0) }));
  const seven = await ended(['regression <= 0.02'], scoredRun({ m: many(14) }), scoredRun({ m: many(0) }));
  expect([one, new Set(seven)]).toEqual([['failed'], new Set(['failed'])]);
});

test('differences have one sign, candidate − baseline, in the figure and in its interval', async () => {
  const [gate] = await gates(['regression <= 0.02'], run({ one: 40 }), run({ one: 70 }));
  expect(gate!.reason).toMatch(
    /^qa\.right, this run − baseline: −0\.300 \(95 % interval −0\.\d{3} … −0\.\d{3}\) on 100 samples; not worse by more than 0\.02 required$/,
  );
});

test('three of three lost is no proof, eight of eight is', async () => {
  expect(await ended(['regression'], run({ one: 0 }, 3), run({ one: 3 }, 3))).toEqual(['inconclusive']);
  expect(await ended(['regression'], run({ one: 0 }, 8), run({ one: 8 }, 8))).toEqual(['failed']);
});

test('a run that stopped early is compared by what holds at any stop', async () => {
  const early = run({ one: 40, two: 75 });
  const stop = { decided: true, orderSeed: 7, minSamples: 30, samples: 100, saved: 100 };
  const models = early.summary.models.map((model) => ({ ...model, stop }));
  const summary = { ...early.summary, models } as unknown as Summary;
  expect(await ended(['regression'], { ...early, summary }, run({ one: 70 }))).toEqual(['failed', 'inconclusive']);
  const selection = selectAmong(summary, await gatherScores(run({ one: 40, two: 75 }).rows));
  expect(selection).toMatchObject({ model: 'two', tied: [] });
  // What a test for a fixed number of samples would call better, one at an early stop does not yet.
  const close = () => gatherScores(run({ one: 50, two: 58 }).rows);
  expect(selectAmong(early.summary, await close())).toMatchObject({ tied: [] });
  expect(selectAmong(summary, await close())).toMatchObject({ tied: [expect.any(String)] });
});

test('the confidence of a gate is its own', async () => {
  const gate = { score: 'qa.right', max_regression: 0, baseline: 'x' };
  const at = async (confidence: number) =>
    (await ended([{ ...gate, confidence }], run({ one: 60 }), run({ one: 68 })))[0]!;
  expect([await at(0.95), await at(0.999)]).toEqual(['failed', 'inconclusive']);
});

test('without a limit a gate takes the margin of the score', async () => {
  const view = (right: number) => {
    const made = run({ one: right });
    const scores = made.summary.scores.map((row) => ({ ...row, spec: { ...spec, margin: 0.1 } }));
    return { ...made, summary: { ...made.summary, scores } };
  };
  expect(await ended(['regression'], view(69), view(70))).toEqual(['passed']);
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

test('a gate that is for no model of the run is inconclusive', async () => {
  const [none] = await gates([{ score: 'qa.right', min: 0.1, models: ['two', 'three'] }], run({ one: 70 }));
  expect(none).toMatchObject({
    model: 'two, three',
    status: 'inconclusive',
    reason: expect.stringContaining('it has one'),
  });
  expect(await gates([{ score: 'qa.right', min: 0.1, models: ['two', 'one'] }], run({ one: 70 }))).toMatchObject([
    { model: 'one', status: 'passed' },
  ]);
});

test('a gate on a category that no sample is in is inconclusive, with the categories there are', async () => {
  const [none] = await gates([{ score: 'qa.right', min: 0.1, category: 'maths' }], run({ one: 70 }));
  expect(none).toMatchObject({ status: 'inconclusive', reason: 'no sample is in maths; the categories are none' });
});

test('a score that the baseline lacks leaves a gate open that names it, and is no matter to one that names none', async () => {
  const now = () => scoredRun({ one: { speech: wave, harm: wave } });
  const then = () => scoredRun({ one: { speech: wave } });
  expect(await ended(['regression <= 0.2'], now(), then())).toEqual(['passed']);
  expect(await gates(['qa.harm regression'], now(), then())).toMatchObject([
    { status: 'inconclusive', reason: 'the baseline run has no qa.harm' },
  ]);
});

test('a gate that names no score may be narrowed to some', async () => {
  const view = () => new ScoredRun(scoredRun({ one: { speech: wave, harm: wave } }));
  const scores = new Set(['qa.harm']);
  const found = await checkGates(parseGate('regression <= 0.2'), view(), async () => view(), { scores });
  expect(found).toMatchObject([{ status: 'passed', reason: expect.stringMatching(/^qa\.harm,/) }]);
});

test('a score that was computed by other settings in the baseline leaves a regression gate open, with that reason', async () => {
  const then = run({ one: 70 });
  const scores = then.summary.scores.map((row) => ({ ...row, signature: 'qa|v0' }));
  const [gate] = await gates(['regression'], run({ one: 70 }), { ...then, summary: { ...then.summary, scores } });
  expect(gate).toMatchObject({
    status: 'inconclusive',
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
  ['regression against main', { kind: 'regression', baseline: 'main' }],
  ['not worse than runs/last week by 2%', { kind: 'regression', maxRegression: 0.02, baseline: 'runs/last week' }],
  ['qa.f1 not worse than main', { kind: 'regression', score: 'qa.f1', baseline: 'main' }],
])('the text %s is a gate', (text, gate) => {
  expect(parseGate(text)).toMatchObject([gate]);
});

test.each([
  ['qa.f1 >= 60%', 'qa.f1 value >= 0.6'],
  ['qa.f1 lower bound>=.6', 'qa.f1 lower >= 0.6'],
  ['qa.ms p95 upper bound < 500', 'qa.ms p95 upper < 500'],
  ['qa.ms median <= 20', 'qa.ms median value <= 20'],
  ['failed <= 5%', 'failed <= 5%'],
  ['regression <= 2%', 'not worse than the baseline by 0.02'],
  ['qa.f1 regression against last week', 'qa.f1 not worse than last week'],
  ['qa.f1 not worse than runs/a by .1', 'qa.f1 not worse than runs/a by 0.1'],
])('the gate %s is named by what it compares: %s', (text, name) => {
  const [gate] = parseGate(text);
  expect(gate?.text).toBe(name);
  // The name is a gate too, and the same one.
  expect(parseGate(name)).toEqual([gate]);
});

test('gates of the map form are named the same way', () => {
  const map = {
    score: 'qa.f1',
    min: 0.5,
    max: 0.9,
    bound: 'upper',
    category: 'maths',
    max_regression: 0.02,
    baseline: 'a',
  };
  expect(parseGate(map as never).map(({ text }) => text)).toEqual([
    'qa.f1 not worse than a by 0.02 in maths',
    'qa.f1 upper >= 0.5 in maths',
    'qa.f1 upper <= 0.9 in maths',
  ]);
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
