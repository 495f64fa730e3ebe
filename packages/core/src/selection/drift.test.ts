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

const marked = (changes: object = {}) =>
  ({
    algorithm: 'a',
    score: 's',
    spec: { kind: 'bounded', better: 'higher', range: [0, 1], summary: '', primary: true, ...changes },
  }) as never;

test('means, numbers and what is adjusted stand in every row', () => {
  const [row] = driftOf(run('b', [0.2, 0.4, undefined]), run('c', [0.9, 0.7, 0.8]), [marked({ margin: 0.3 })]);
  expect(row).toMatchObject({
    ...{ algorithm: 'a', score: 's', baselineN: 2, currentN: 3, family: 1, margin: 0.3 },
    test: 'two independent samples',
  });
  expect([row!.baselineMean, row!.currentMean, row!.difference]).toEqual([
    expect.closeTo(0.3, 12),
    expect.closeTo(0.8, 12),
    expect.closeTo(0.5, 12),
  ]);
  expect(row!.interval![0]).toBeLessThan(row!.difference!);
  expect(row!.interval![1]).toBeGreaterThan(row!.difference!);
  expect(row!.adjustedPValue).toBeCloseTo(row!.pValue, 6);
});

test('a score that is not primary is shown without a verdict where another is', () => {
  const other = {
    algorithm: 'a',
    score: 't',
    spec: { kind: 'bounded', better: 'higher', range: [0, 1], summary: '' },
  } as never;
  const rows = driftOf(run('b', share(60, 20)), run('c', share(60, 50)), [marked(), other]);
  expect(rows.map(({ verdict, family }) => [verdict, family])).toEqual([
    ['better', 1],
    [null, 0],
  ]);
  expect(rows[1]).toMatchObject({
    adjustedPValue: null,
    adjustedInterval: null,
    reason: '',
    difference: null,
    test: 'none',
    pValue: 1,
  });
});

test('a score outside its range or without bounds says nothing', () => {
  const outside = driftOf(run('b', [0.2, 1.4]), run('c', [0.2, 0.3]), [marked()])[0]!;
  expect(outside).toMatchObject({ difference: null, interval: null, verdict: 'cannot tell', adjustedPValue: 1 });
  expect(outside.reason).toBe('too few samples, or a score without bounds');
  const open = driftOf(run('b', [2, 4]), run('c', [2, 3]), [marked({ range: [0, Number.POSITIVE_INFINITY] })])[0]!;
  expect(open).toMatchObject({ difference: null, test: 'none' });
});

test('samples that hang together within a side count for less', () => {
  const grouped = (model: string, ones: number) =>
    modelScores(
      model,
      share(60, ones).map((value, index) => ({
        ...{ index, digest: `${model}${index}`, category: null, cluster: `c${Math.floor(index / 20)}` },
        scores: { 'a.s': value },
      })),
    );
  const alone = driftOf(run('b', share(60, 20)), run('c', share(60, 40)), [marked()])[0]!;
  const together = driftOf(grouped('b', 20), grouped('c', 40), [marked()])[0]!;
  const width = ({ interval }: typeof alone) => interval![1] - interval![0];
  expect(alone.verdict).toBe('better');
  expect(together.verdict).toBe('cannot tell');
  expect(width(together)).toBeGreaterThan(1.5 * width(alone));
});

test('what would have been found is 2.8 errors, at the level of the family', () => {
  const found = driftOf(run('b', around(40, 0.5)), run('c', around(40, 0.5)), [marked()])[0]!;
  const visible = Number(/a drift of ([\d.]+) /.exec(found.reason)![1]);
  const half = (found.interval![1] - found.interval![0]) / 2;
  expect(visible / half).toBeCloseTo((1.96 + 0.8416) / 1.96, 1);
});
