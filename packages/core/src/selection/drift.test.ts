import { expect, test } from 'vitest';
import { driftOf } from './drift.ts';
import { type ModelScores, modelScores } from './model-scores.ts';

/** Samples of which none is another's. */
const run = (model: string, values: readonly (number | undefined)[]): ModelScores =>
  modelScores(
    model,
    values.map((value, index) => ({
      index,
      digest: `${model}${index}`,
      category: null,
      cluster: null,
      scores: value === undefined ? {} : { 'a.s': value },
    })),
  );
const spec = (kind: 'binary' | 'continuous', better: 'higher' | 'lower') =>
  ({ algorithm: 'a', score: 's', spec: { kind, better, range: [0, 1], summary: '' } }) as never;

const share = (n: number, successes: number) => Array.from({ length: n }, (_, i) => (i < successes ? 1 : 0));
const around = (n: number, mean: number) => Array.from({ length: n }, (_, i) => mean + ((i % 11) - 5) / 50);

test('a share that fell over samples that have nothing in common is worse, with an interval', () => {
  const [drift] = driftOf(run('then', share(300, 240)), run('now', share(200, 120)), [spec('binary', 'higher')]);
  expect(drift).toMatchObject({ verdict: 'worse', baselineN: 300, currentN: 200, baselineMean: 0.8, currentMean: 0.6 });
  expect(drift!.difference).toBeCloseTo(-0.2, 12);
  expect(drift!.interval![0]).toBeLessThan(-0.2);
  expect(drift!.interval![1]).toBeLessThan(0);
});

test('where lower is better, a score that fell is better', () => {
  const [drift] = driftOf(run('then', around(60, 0.5)), run('now', around(40, 0.3)), [spec('continuous', 'lower')]);
  expect(drift).toMatchObject({ verdict: 'better', test: 'two independent samples' });
});

test('what noise explains is not called a drift, and how much would have been seen is said', () => {
  const [drift] = driftOf(run('then', share(50, 40)), run('now', share(50, 38)), [spec('binary', 'higher')]);
  expect(drift).toMatchObject({ verdict: 'cannot tell', reason: expect.stringMatching(/a drift of 0\.2\d? would/) });
});

test('a side without samples or without spread tells nothing', () => {
  const one = spec('continuous', 'higher');
  expect(driftOf(run('then', []), run('now', around(9, 0.5)), [one])[0]).toMatchObject({
    verdict: 'cannot tell',
    baselineMean: null,
    difference: null,
    interval: null,
  });
  expect(driftOf(run('then', [1, 1, undefined]), run('now', [2, 2]), [one])[0]).toMatchObject({
    verdict: 'cannot tell',
    baselineN: 2,
    interval: null,
  });
});

test('a share that moved from one side of its ideal to the other is no better for it', () => {
  const ideal = {
    algorithm: 'a',
    score: 's',
    spec: { kind: 'binary', better: { target: 0.5 }, range: [0, 1] },
  } as never;
  const [across] = driftOf(run('then', share(300, 210)), run('now', share(300, 93)), [ideal]);
  expect(across).toMatchObject({ verdict: 'cannot tell' });
  const [nearer] = driftOf(run('then', share(300, 240)), run('now', share(300, 165)), [ideal]);
  expect(nearer).toMatchObject({ verdict: 'better', measure: 'distance from 0.5' });
});
