import { expect, test } from 'vitest';
import type { Aggregate } from '../algorithms/algorithm.ts';
import type { SampleRow } from '../results/summary.ts';
import { gatherScores, modelScores, type ScoredSample } from './model-scores.ts';
import { clustersOfPairs, mostChanged, pairedValues, pairSamples, withinCategory } from './sample-pairs.ts';

function sample(index: number, scores: Record<string, number>, changes: Partial<ScoredSample> = {}): ScoredSample {
  return { index, digest: `d${index}`, category: null, cluster: null, scores, ...changes };
}

test('columns stand in the order of the dataset, with nothing where a sample lacks the score', () => {
  const { columns, rows, categories, clusters } = modelScores('m', [
    sample(5, { 'a.s': 5, 'a.late': 1 }, { category: 'x', cluster: 'c' }),
    sample(2, { 'a.s': 2 }),
    sample(9, {}),
    sample(7, { 'a.s': 7, 'a.t': 70 }),
  ]);
  expect([...rows]).toEqual([2, 5, 7, 9]);
  expect([...columns.keys()]).toEqual(['a.s', 'a.late', 'a.t']);
  expect([...columns.get('a.s')!]).toEqual([2, 5, 7, Number.NaN]);
  expect([...columns.get('a.late')!]).toEqual([Number.NaN, 1, Number.NaN, Number.NaN]);
  expect([...columns.get('a.t')!]).toEqual([Number.NaN, Number.NaN, 70, Number.NaN]);
  expect(categories).toEqual([null, 'x', null, null]);
  expect(clusters).toEqual([null, 'c', null, null]);
});

test('repeats of one content are told apart by their place in the dataset, whenever they ended', () => {
  const same = { digest: 'same' };
  const { places } = modelScores('m', [sample(8, {}, same), sample(1, {}, same), sample(3, {}, same), sample(2, {})]);
  expect([...places]).toEqual([
    ['same#0', 0],
    ['d2#0', 1],
    ['same#1', 2],
    ['same#2', 3],
  ]);
});

test('rows are gathered by model, and states of aggregates over the corpus alone are kept', async () => {
  const aggregate = (changes: Partial<Aggregate> = {}): Aggregate => ({
    ...{ scores: { total: {} as never }, empty: () => 10, add: (sum, value) => (sum as number) + (value as number) },
    ...{ merge: (a) => a, result: () => ({}), ...changes },
  });
  const algorithms = [{ label: 'a', aggregates: { plain: aggregate(), corpus: aggregate({ corpus: () => ({}) }) } }];
  async function* rows(): AsyncGenerator<SampleRow> {
    for (const [model, index] of [
      ['m', 1],
      ['n', 0],
      ['m', 0],
    ] as const) {
      const statistics = index === 1 ? { a: { plain: 5, corpus: 7 } } : undefined;
      yield { ...sample(index, { 'a.s': index }), model, ...(statistics && { statistics }) } as unknown as SampleRow;
    }
  }
  const found = await gatherScores(rows(), algorithms);
  expect([...found.keys()]).toEqual(['m', 'n']);
  expect([...found.get('m')!.rows]).toEqual([0, 1]);
  expect([...found.get('m')!.corpora.keys()]).toEqual(['a.total']);
  expect(found.get('m')!.corpora.get('a.total')!.states).toEqual([undefined, 17]);
  expect(found.get('n')!.model).toBe('n');
  expect((await gatherScores(rows())).get('m')!.corpora.size).toBe(0);
});

const before = modelScores('before', [
  sample(0, { 'a.s': 0.1 }, { cluster: 'x', category: 'p' }),
  sample(1, { 'a.s': 0.2 }, { category: 'q' }),
  sample(2, {}, { category: 'p' }),
  sample(3, { 'a.s': 0.4 }, { category: 'p' }),
  sample(4, { 'a.s': 0.5 }, { category: 'p' }),
]);
const after = modelScores('after', [
  sample(0, { 'a.s': 0.3 }),
  sample(1, {}),
  sample(2, {}),
  sample(3, { 'a.s': 0.4 }, { cluster: 'x' }),
  sample(6, { 'a.s': 1 }),
  sample(7, { 'a.s': 1 }),
]);

test('pairs, and what either side alone has', () => {
  const pairs = pairSamples(before, after);
  expect(pairs.places.map((side) => [...side])).toEqual([
    [0, 1, 2, 3],
    [0, 1, 2, 3],
  ]);
  expect([pairs.onlyBaseline, pairs.onlyCandidate]).toEqual([1, 2]);
});

test('a cluster may be known to either side; who has none is alone', () => {
  const { clusters } = pairSamples(before, after);
  expect(clusters![0]).toBe(clusters![3]);
  expect(new Set(clusters).size).toBe(3);
  const bare = modelScores('bare', [sample(0, {}), sample(1, {})]);
  expect(pairSamples(bare, bare).clusters).toBeNull();
});

test('clusters count only where two of the pairs share one', () => {
  const pairs = pairSamples(before, after);
  expect(clustersOfPairs(pairs, [0, 1, 2])).toBeNull();
  expect(clustersOfPairs(pairs, [0, 3])).toHaveLength(2);
  expect(clustersOfPairs({ ...pairs, clusters: null }, [0, 3])).toBeNull();
});

test('values of a score are paired where both have it, and the rest is counted by side', () => {
  const found = pairedValues(pairSamples(before, after), 'a.s');
  expect([...found.baseline]).toEqual([0.1, 0.4]);
  expect([...found.candidate]).toEqual([0.3, 0.4]);
  expect([...found.rows]).toEqual([0, 3]);
  expect([...found.kept]).toEqual([0, 3]);
  expect(found.clusters).toHaveLength(2);
  expect(found.leftOut).toEqual({ onlyBaseline: 1, onlyCandidate: 2, unscoredBaseline: 1, unscoredCandidate: 2 });
  const unknown = pairedValues(pairSamples(before, after), 'a.t');
  expect(unknown.baseline).toHaveLength(0);
  expect(unknown.leftOut).toMatchObject({ unscoredBaseline: 4, unscoredCandidate: 4 });
});

test('one category is as the baseline has it', () => {
  const pairs = pairSamples(before, after);
  const found = pairedValues(pairs, 'a.s', 'p');
  expect([...found.kept]).toEqual([0, 3]);
  expect(found.leftOut).toMatchObject({ unscoredBaseline: 1, unscoredCandidate: 1 });
  expect(pairedValues(pairs, 'a.s', 'q').leftOut).toMatchObject({ unscoredBaseline: 0, unscoredCandidate: 1 });
  const own = withinCategory(pairs, 'p');
  expect(own.places.map((side) => [...side])).toEqual([
    [0, 2, 3],
    [0, 2, 3],
  ]);
  expect([...own.clusters!]).toEqual([pairs.clusters![0], pairs.clusters![2], pairs.clusters![3]]);
  expect(withinCategory({ ...pairs, clusters: null }, 'p').clusters).toBeNull();
});

test('the samples that moved most come first, equal moves by row, and those that did not move not at all', () => {
  const values = [0.5, 0.5, 0.5, 0.5, 0.5];
  const moved = [0.6, 0.1, 0.5, 0.9, 0.55];
  const of = (name: string, own: readonly number[]) =>
    modelScores(
      name,
      own.map((value, at) => sample(at, { 'a.s': value })),
    );
  const pairs = pairSamples(of('b', values), of('a', moved));
  expect(mostChanged(pairs, 'a.s', 9).map(({ index }) => index)).toEqual([1, 3, 0, 4]);
  expect(mostChanged(pairs, 'a.s', 1)).toEqual([{ index: 1, from: 0.5, to: 0.1 }]);
});
