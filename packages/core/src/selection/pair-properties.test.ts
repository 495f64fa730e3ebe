import { createGenerator } from '@assay/metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ScoreSpec } from '../algorithms/algorithm.ts';
import type { Comparison } from '../results/summary.ts';
import { compareModels } from './compare-models.ts';
import { type ModelScores, modelScores, type ScoredSample } from './model-scores.ts';
import { pairSamples } from './sample-pairs.ts';

const specs: readonly ScoreSpec[] = [
  { range: [0, 1], better: 'higher', kind: 'binary', summary: '', margin: 0.2 },
  { range: [0, 1], better: 'lower', kind: 'bounded', summary: '', margin: 0.1 },
  { range: [0, 1], better: { target: 0.5 }, kind: 'bounded', summary: '' },
  { range: [0, Number.POSITIVE_INFINITY], better: 'lower', kind: 'real', summary: '' },
  { range: [0, 1], better: 'higher', kind: 'bounded', summary: '', maxChange: 0.5 },
];
const scores = specs.map((spec, at) => ({ algorithm: 'a', score: `s${at}`, spec }));

interface Data {
  readonly n: number;
  readonly seed: number;
  readonly shift: number;
  readonly clusters: number;
  readonly missing: number;
}

const data: fc.Arbitrary<Data> = fc.record({
  n: fc.integer({ min: 0, max: 60 }),
  seed: fc.nat(),
  shift: fc.double({ min: -0.6, max: 0.6, noNaN: true }),
  clusters: fc.integer({ min: 0, max: 12 }),
  missing: fc.double({ min: 0, max: 0.3, noNaN: true }),
});

function sidesOf({ n, seed, shift, clusters, missing }: Data): [ScoredSample[], ScoredSample[]] {
  const random = createGenerator(seed);
  const within = (value: number) => Math.min(1, Math.max(0, value));
  const draw = (move: number, index: number): ScoredSample => {
    const all = specs.map((_, at) => {
      const value = random.random() + move;
      return [`a.s${at}`, at === 0 ? Number(value > 0.5) : at === 3 ? Math.exp(3 * value) : within(value)] as const;
    });
    const kept = all.filter(() => random.random() >= missing);
    const cluster = clusters === 0 ? null : `c${index % clusters}`;
    return { index, digest: String(index), category: null, cluster, scores: Object.fromEntries(kept) };
  };
  const side = (move: number) => Array.from({ length: n }, (_, index) => draw(move, index));
  return [side(0), side(shift)];
}

const compare = ([before, after]: readonly [ModelScores, ModelScores]) =>
  compareModels(pairSamples(before, after), scores);
const models = ([before, after]: readonly [ScoredSample[], ScoredSample[]]): [ModelScores, ModelScores] => [
  modelScores('before', before),
  modelScores('after', after),
];

/** Where the printed interval lies, told in the direction of the score. */
function gainOf({ adjustedInterval }: Comparison, { better }: ScoreSpec): readonly [number, number] {
  const [low, high] = adjustedInterval!;
  return better === 'higher' ? [low, high] : [-high, -low];
}

test('verdict and printed interval never contradict one another', () => {
  fc.assert(
    fc.property(data, (given) => {
      for (const [at, comparison] of compare(models(sidesOf(given))).entries()) {
        const { verdict, margin, adjustedPValue, open } = comparison;
        if (comparison.adjustedInterval === null) {
          expect(verdict).toBe('cannot tell');
          continue;
        }
        const [low, high] = gainOf(comparison, specs[at]!);
        const excludes = low > 0 || high < 0 || open === true;
        expect(verdict === 'better' || verdict === 'worse').toBe(excludes);
        expect(adjustedPValue! <= 0.05 + 1e-12).toBe(excludes);
        if (verdict === 'better') expect(low).toBeGreaterThanOrEqual(0);
        if (verdict === 'worse') expect(high).toBeLessThanOrEqual(0);
        if (verdict === 'equivalent') expect(low > -margin! && high < margin!).toBe(true);
        if (verdict === 'not worse') expect(low > -margin! && high >= margin!).toBe(true);
        if (verdict === 'cannot tell') expect(margin === undefined || low <= -margin).toBe(true);
        // Adjusting never narrows.
        const [from, to] = comparison.interval!;
        if (open !== true) {
          expect(comparison.adjustedInterval[0]).toBeLessThanOrEqual(from + 1e-9);
          expect(comparison.adjustedInterval[1]).toBeGreaterThanOrEqual(to - 1e-9);
        }
        expect(adjustedPValue!).toBeGreaterThanOrEqual(comparison.pValue - 1e-9);
      }
    }),
    { numRuns: 60 },
  );
}, 60_000);

test('no order of the samples changes a bit; neither does which side is the candidate, but for the sign', () => {
  fc.assert(
    fc.property(data, fc.nat(), (given, seed) => {
      const sides = sidesOf(given);
      const expected = compare(models(sides));
      const random = createGenerator(seed);
      const shuffled = sides.map((side) =>
        side
          .map((sample) => ({ sample, at: random.random() }))
          .sort((a, b) => a.at - b.at)
          .map(({ sample }, index) => ({ ...sample, index })),
      ) as [ScoredSample[], ScoredSample[]];
      const again = compare(models(shuffled));
      // Sums by cluster are rounded in the order in which samples come.
      if (given.clusters === 0) expect(again).toEqual(expected);
      expect(again.map(({ verdict }) => verdict)).toEqual(expected.map(({ verdict }) => verdict));
      const turned = compare(models([sides[1], sides[0]]));
      const opposite = { better: 'worse', worse: 'better' } as const;
      for (const [at, { verdict, difference }] of turned.entries()) {
        expect(difference).toBeCloseTo(-expected[at]!.difference, 10);
        const told = expected[at]!.verdict;
        if (told === 'better' || told === 'worse') expect(verdict).toBe(opposite[told]);
      }
    }),
    { numRuns: 30 },
  );
}, 60_000);

test('two perfect samples against two wrong ones tell nothing', () => {
  const side = (value: number): ScoredSample[] =>
    [0, 1].map((index) => ({ index, digest: `${index}`, category: null, cluster: null, scores: { 'a.s0': value } }));
  const [first] = compare(models([side(0), side(1)]));
  expect(first).toMatchObject({ n: 2, verdict: 'cannot tell', difference: 1 });
});

test('a greatest change narrows the range, and is not used where a sample exceeds it', () => {
  const side = (value: (index: number) => number): ScoredSample[] =>
    Array.from({ length: 40 }, (_, index) => ({
      index,
      digest: `${index}`,
      category: null,
      cluster: null,
      scores: { 'a.s4': value(index), 'a.s1': value(index) },
    }));
  const width = (spec: ScoreSpec, after: (index: number) => number) => {
    const pairs = pairSamples(...models([side(() => 0.4), side(after)]));
    const [found] = compareModels(pairs, [{ algorithm: 'a', score: 's4', spec }]);
    return { wide: found!.interval![1] - found!.interval![0], reason: found!.reason, verdict: found!.verdict };
  };
  const plain: ScoreSpec = { range: [0, 1], better: 'higher', kind: 'bounded', summary: '' };
  const small = (index: number) => 0.42 + (index % 3) / 100;
  const [free, told] = [width(plain, small), width({ ...plain, maxChange: 0.1 }, small)];
  expect(told.wide).toBeLessThan(free.wide / 5);
  expect([free.verdict, told.verdict]).toEqual(['cannot tell', 'better']);
  expect(free.reason).toContain('one loss in 40 samples would undo this');
  const beyond = width({ ...plain, maxChange: 0.1 }, (index) => (index === 0 ? 0.9 : small(index)));
  expect(beyond.reason).toContain('max_change 0.1 is not used: a sample changed by 0.5');
});
