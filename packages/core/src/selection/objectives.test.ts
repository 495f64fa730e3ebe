import { expect, test } from 'vitest';
import type { ScoreSummary, Summary } from '../results/summary.ts';
import { type ModelScores, modelScores } from './model-scores.ts';
import { rankModels, rankText } from './rank-models.ts';
import { selectAmong } from './select-model.ts';
import { goodness, objectivesOf } from './selection-objectives.ts';

const spec = { range: [0, 1], better: 'higher', kind: 'bounded', summary: '' } as const;

function row(model: string, name: string, value: number | null, changes: Partial<ScoreSummary> = {}): ScoreSummary {
  const [algorithm, score] = name.split('.') as [string, string];
  return { model, algorithm, score, category: null, n: 10, value, from: 'mean', spec, ...changes } as ScoreSummary;
}

function summaryOf(scores: readonly ScoreSummary[], changes: Partial<Summary> = {}): Summary {
  const names = [...new Set(scores.map(({ model }) => model))];
  const models = names.map((name, at) => ({ name, runner: '', states: {}, promptTokens: 10 - at, newTokens: at % 2 }));
  return { models, scores, timing: { latencyMs: {} }, ...changes } as unknown as Summary;
}

const lower = { ...spec, better: 'lower' } as const;
const wide = { ...spec, range: [-1, 3] } as const;
const two = summaryOf([
  row('a', 'qa.f1', 0.5),
  row('a', 'qa.f1', 0.9, { category: 'x' }),
  row('a', 'tox.harm', 0.25, { spec: lower }),
  row('a', 'bleu.corpus', 0.3, { from: 'aggregate', spec: wide }),
  row('b', 'qa.f1', 0.6),
  row('b', 'tox.harm', null, { spec: lower }),
]);

test('without a name the first score decides; an algorithm, a score or both choose another', () => {
  expect(objectivesOf(two, {}).name).toBe('qa.f1');
  expect(objectivesOf(two, { algorithm: 'tox' }).name).toBe('tox.harm');
  expect(objectivesOf(two, { score: 'harm' }).name).toBe('tox.harm');
  expect(objectivesOf(two, { score: 'tox.harm' }).name).toBe('tox.harm');
  expect(objectivesOf(two, { algorithm: 'bleu', score: 'corpus' })).toMatchObject({
    name: 'bleu.corpus',
    isPaired: false,
  });
  expect(objectivesOf(two, { score: 'f1' }).isPaired).toBe(true);
});

test('a score that is not there is told, by its own name or its algorithm’s', () => {
  const told = (message: string) =>
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      message,
      hint: 'It has: qa.f1, tox.harm, bleu.corpus.',
    });
  expect(() => objectivesOf(two, { score: 'tox.f1' })).toThrow(
    told('selection names tox.f1, which the run does not have'),
  );
  expect(() => objectivesOf(two, { algorithm: 'x' })).toThrow(told('selection names x, which the run does not have'));
  expect(() => objectivesOf(two, { score: '.f1' })).toThrow(told('selection names .f1, which the run does not have'));
});

test('a direction turns a score, and leaves the rest of its meaning', () => {
  const turned = objectivesOf(two, { score: 'f1', direction: 'min' }).scores[0]!.spec;
  expect(turned).toEqual({ ...spec, better: 'lower' });
  expect(objectivesOf(two, { score: 'harm', direction: 'max' }).scores[0]!.spec.better).toBe('higher');
});

test('figures are those over all samples; without a value there are no samples', () => {
  const { figureOf, samplesOf, scores, prepare } = objectivesOf(two, { pareto: ['qa.f1', 'tox.harm'] });
  expect(scores.map(({ score }) => score)).toEqual(['f1', 'harm']);
  expect([figureOf('a', 0), figureOf('a', 1), figureOf('b', 0), figureOf('b', 1)]).toEqual([0.5, 0.25, 0.6, null]);
  expect([samplesOf('a', 0), samplesOf('b', 1), samplesOf('c', 0)]).toEqual([10, 0, 0]);
  expect(figureOf('c', 0)).toBeNull();
  expect(prepare).toBeUndefined();
  const broken = objectivesOf(summaryOf([row('a', 'qa.f1', Number.NaN)]), {});
  expect(broken.samplesOf('a', 0)).toBe(0);
});

test('several scores are named together, and pair where any of them does', () => {
  expect(objectivesOf(two, { pareto: ['qa.f1', 'bleu.corpus'] })).toMatchObject({
    name: 'qa.f1 and bleu.corpus',
    isPaired: true,
  });
  expect(objectivesOf(two, { weights: { 'qa.f1': 1, 'bleu.corpus': 1 } }).isPaired).toBe(false);
});

test('a weighted sum counts what should be low negatively, in its value, its range and on every sample', () => {
  const objectives = objectivesOf(two, { weights: { 'qa.f1': 2, 'tox.harm': 4 } });
  expect(objectives.name).toBe('2 × qa.f1 + 4 × tox.harm');
  expect(objectives.figureOf('a', 0)).toBe(2 * 0.5 - 4 * 0.25);
  expect(objectives.figureOf('b', 0)).toBeNull();
  expect([objectives.samplesOf('a', 0), objectives.samplesOf('b', 0)]).toEqual([10, 0]);
  expect(objectives.scores).toEqual([
    {
      ...{ algorithm: 'selection', score: 'weighted' },
      spec: { range: [-4, 2], better: 'higher', kind: 'real', summary: objectives.name },
    },
  ]);
  const model = modelScores('a', [
    { index: 0, digest: 'x', category: null, cluster: null, scores: { 'qa.f1': 1, 'tox.harm': 0.5 } },
    { index: 1, digest: 'y', category: null, cluster: null, scores: { 'qa.f1': 1 } },
    { index: 2, digest: 'z', category: null, cluster: null, scores: { 'qa.f1': 0.1, 'tox.harm': 0.2 } },
  ]);
  const columns = objectives.prepare!(model.columns, model.rows.length);
  expect([...columns.keys()]).toEqual(['selection.weighted']);
  expect([...columns.get('selection.weighted')!]).toEqual([0, Number.NaN, -0.6]);
});

test('weights that cancel out leave nothing but 0, and negative ones turn a range', () => {
  const cancelled = objectivesOf(summaryOf([row('a', 'x.one', 0.1), row('a', 'x.two', 0.3)]), {
    weights: { 'x.one': 3, 'x.two': -1 },
  });
  expect(0.1 * 3 - 0.3).not.toBe(0);
  expect(cancelled.figureOf('a', 0)).toBeCloseTo(0, 15);
  expect(cancelled.scores[0]!.spec.range).toEqual([-1, 3]);
  const of = ([one, two]: readonly [number, number]) => {
    const columns = { 'x.one': Float64Array.of(one), 'x.two': Float64Array.of(two) };
    return cancelled.prepare!(new Map(Object.entries(columns)), 1);
  };
  expect([...of([0.2, 0.1]).get('selection.weighted')!]).toEqual([0.5]);
});

test('a score that is best in the middle cannot be weighed', () => {
  const middle = summaryOf([row('a', 'x.share', 0.4, { spec: { ...spec, better: { target: 0.5 } } })]);
  expect(() => objectivesOf(middle, { weights: { 'x.share': 1 } })).toThrow(
    expect.objectContaining({ message: 'selection.weights cannot weigh x.share, which is best at 0.5' }),
  );
  expect([goodness(0.3, 'higher'), goodness(0.3, 'lower'), goodness(0.3, { target: 0.5 })]).toEqual([0.3, -0.3, -0.2]);
});

test('ranks: who is beaten by none may be first, and equals come by value', () => {
  const beats = (model: string, other: string) => model === 'a' && other === 'c';
  const values = new Map([
    ['a', 0.5],
    ['b', 0.7],
    ['c', 0.4],
  ]);
  const ranks = rankModels(values, ['c', 'b', 'a'], beats, true);
  expect(ranks).toEqual([
    { model: 'a', value: 0.5, best: 1, worst: 2 },
    { model: 'b', value: 0.7, best: 1, worst: 3 },
    { model: 'c', value: 0.4, best: 2, worst: 3 },
  ]);
  expect(rankText(ranks)).toBe('a 1–2, b 1–3, c 2–3');
  expect(rankText([{ model: 'a', best: 1, worst: 1 }])).toBe('a 1');
  const nobody = () => false;
  expect(rankModels(values, ['a', 'b', 'c'], nobody, true).map(({ model }) => model)).toEqual(['b', 'a', 'c']);
  expect(rankModels(values, ['a', 'b', 'c'], nobody, false).map(({ model }) => model)).toEqual(['c', 'a', 'b']);
  expect(rankModels(new Map(), ['a'], nobody, true)[0]!.value).toBeNull();
});

/** Scores of 40 samples, all alike but for the given ones. */
function scoresOf(model: string, valueAt: (at: number) => number, name = 'qa.f1'): ModelScores {
  const samples = Array.from({ length: 40 }, (_, index) => ({
    ...{ index, digest: `${index}`, category: null, cluster: null, scores: { [name]: valueAt(index) } },
  }));
  return modelScores(model, samples);
}

const wave = (at: number) => ((at * 17) % 40) / 80;

test('by value: the highest is taken, equals go to the first or to what is preferred', () => {
  const summary = summaryOf([row('a', 'qa.f1', 0.5), row('b', 'qa.f1', 0.6), row('c', 'qa.f1', 0.6)]);
  const first = selectAmong(summary, new Map(), { tie: 'first' });
  expect(first).toMatchObject({ model: 'b', value: 0.6, tied: ['c'], score: 'qa.f1' });
  expect(first.reason).toBe('b, c are equal on qa.f1; b is the first in the config');
  expect(first.ranks.map(({ model, best, worst }) => [model, best, worst])).toEqual([
    ['b', 1, 2],
    ['c', 1, 2],
    ['a', 3, 3],
  ]);
  const cheaper = selectAmong(
    summary,
    new Map(),
    { tie: 'all', prefer: 'size' },
    { sizeOf: (name) => (name === 'c' ? 1 : 2) },
  );
  expect(cheaper).toMatchObject({ model: 'c', tied: ['b'] });
  expect(cheaper.reason).toContain('c is the smaller');
  const alone = selectAmong(summaryOf([row('a', 'qa.f1', 0.5), row('b', 'qa.f1', 0.6)]), new Map(), { tie: 'first' });
  expect(alone.reason).toBe('the best value of qa.f1 (0.600); what chance explains was not asked');
});

test('by value: lower is better where the score says so, and of several scores no one may be worse', () => {
  const harm = summaryOf([row('a', 'tox.harm', 0.5, { spec: lower }), row('b', 'tox.harm', 0.4, { spec: lower })]);
  expect(selectAmong(harm, new Map(), { tie: 'first' })).toMatchObject({ model: 'b', tied: [] });
  expect(selectAmong(harm, new Map(), { tie: 'first' }).ranks.map(({ model }) => model)).toEqual(['b', 'a']);
  const crossed = summaryOf([
    ...[row('a', 'qa.f1', 0.5), row('a', 'qa.em', 0.5), row('b', 'qa.f1', 0.6), row('b', 'qa.em', 0.4)],
    ...[row('c', 'qa.f1', 0.5), row('c', 'qa.em', 0.4)],
  ]);
  const selection = selectAmong(crossed, new Map(), { tie: 'all', pareto: ['qa.f1', 'qa.em'] });
  expect(selection).toMatchObject({ model: 'a', tied: ['b'], value: null });
});

test('by test: a gain on all samples is found, a tie is told, and what is beaten is not tied', () => {
  const summary = summaryOf([row('a', 'qa.f1', 0.24), row('b', 'qa.f1', 0.64), row('c', 'qa.f1', 0.24)]);
  const models = new Map([
    ['a', scoresOf('a', wave)],
    ['b', scoresOf('b', (at) => wave(at) + 0.4)],
    ['c', scoresOf('c', wave)],
  ]);
  const chosen = selectAmong(summary, models);
  expect(chosen).toMatchObject({ model: 'b', tied: [], value: 0.64 });
  expect(chosen.reason).toBe('better than every other model on qa.f1 (0.640), beyond what chance explains');
  const pair = selectAmong({ ...summary, models: summary.models.filter(({ name }) => name !== 'b') }, models);
  expect(pair).toMatchObject({ model: 'a', tied: ['c'] });
  expect(pair.reason).toBe('a, c cannot be told apart on qa.f1; a is the first in the config');
  const turned = selectAmong(summary, models, { direction: 'min' });
  expect(turned).toMatchObject({ model: 'a', tied: ['c'] });
});

test('of several scores: better on one and worse on none', () => {
  const summary = summaryOf([
    ...[row('a', 'qa.f1', 0.24), row('a', 'tox.harm', 0.24, { spec: lower })],
    ...[row('b', 'qa.f1', 0.64), row('b', 'tox.harm', 0.24, { spec: lower })],
  ]);
  const both = (model: string, f1: (at: number) => number, harm: (at: number) => number) =>
    modelScores(
      model,
      Array.from({ length: 40 }, (_, index) => ({
        ...{ index, digest: `${index}`, category: null, cluster: null },
        scores: { 'qa.f1': f1(index), 'tox.harm': harm(index) },
      })),
    );
  const better = new Map([
    ['a', both('a', wave, wave)],
    ['b', both('b', (at) => wave(at) + 0.4, wave)],
  ]);
  const config = { pareto: ['qa.f1', 'tox.harm'] };
  expect(selectAmong(summary, better, config)).toMatchObject({ model: 'b', tied: [] });
  expect(selectAmong(summary, better, config).reason).toBe(
    'better than every other model on qa.f1 and tox.harm, worse on none, beyond what chance explains',
  );
  const mixed = new Map([
    ...better,
    [
      'b',
      both(
        'b',
        (at) => wave(at) + 0.4,
        (at) => wave(at) + 0.4,
      ),
    ],
  ]);
  const open = selectAmong(summary, mixed, config);
  expect(open).toMatchObject({ model: 'a', tied: ['b'], value: null });
  expect(open.reason).toBe('no other model beats a, b on qa.f1 and tox.harm; a is the first in the config');
});

test('who failed or has too few samples is no candidate, and is named', () => {
  const failure = { code: 'RUNNER_FAILED', message: 'gone' } as const;
  const summary = summaryOf([row('a', 'qa.f1', 0.9), row('b', 'qa.f1', 0.2), row('c', 'qa.f1', 0.9, { n: 1 })]);
  const models = summary.models.map((model) => (model.name === 'a' ? { ...model, failure } : model));
  const chosen = selectAmong({ ...summary, models }, new Map(), { tie: 'first' });
  expect(chosen).toMatchObject({ model: 'b', tied: [] });
  expect(chosen.reason).toBe('the only model; qa.f1 0.200; a, c left out for lack of samples');
  const nobody = selectAmong({ ...summary, models: models.filter(({ name }) => name !== 'b') }, new Map());
  expect(nobody).toEqual({
    ...{ model: null, score: 'qa.f1', value: null, tied: [], ranks: [] },
    reason:
      'nothing can be chosen: no model has at least 2 samples with qa.f1 (a: not finished (RUNNER_FAILED); c: 1 samples)',
  });
});

test('a figure of the whole dataset has no samples to pair, and that is said', () => {
  const summary = summaryOf([
    row('a', 'x.corpus', 0.4, { from: 'aggregate' }),
    row('b', 'x.corpus', 0.6, { from: 'aggregate' }),
  ]);
  expect(
    selectAmong(
      summary,
      new Map([
        ['a', scoresOf('a', wave)],
        ['b', scoresOf('b', wave)],
      ]),
    ).reason,
  ).toContain('(a figure of the whole dataset has no samples to pair)');
});
