import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Aggregate, defineAlgorithm, type ScoreSpec } from '../algorithms/algorithm.ts';
import { instantiateAlgorithm } from '../algorithms/instantiate.ts';
import type { SampleRecord } from '../journal/journal-record.ts';
import { Accumulator, OTHER_CATEGORIES } from './accumulator.ts';
import { HISTOGRAM_BINS } from './score-cell.ts';
import { summariseModel } from './summarise.ts';

const total: Aggregate<number, number> = {
  scores: { total: { range: [0, 1e9], better: 'higher', kind: 'real', summary: '' } },
  empty: () => 0,
  add: (sum, value) => sum + value,
  merge: (one, other) => one + other,
  result: (sum) => ({ total: sum }),
};
const units: Aggregate<number, number> = { ...total, corpus: () => ({}) };
const spec = (range: ScoreSpec['range']): ScoreSpec => ({ range, better: 'higher', kind: 'bounded', summary: '' });
const graded = defineAlgorithm({
  name: 'graded',
  summary: '',
  options: z.strictObject({}),
  needs: () => [],
  scores: () => ({
    mark: spec([2, 4]),
    above: spec([0, Number.POSITIVE_INFINITY]),
    below: spec([Number.NEGATIVE_INFINITY, 0]),
  }),
  aggregates: () => ({ plain: total as Aggregate, parted: units as Aggregate }),
  score: () => ({ unscored: 'unused' }),
  signature: () => 'graded|v1',
});
const instances = [instantiateAlgorithm('graded', graded, {})];

function record(sample: number, scores: Record<string, number>, more: Partial<SampleRecord> = {}): SampleRecord {
  const statistics = { plain: 1, parted: 10 };
  return {
    ...{ kind: 'sample', model: 'm', sample, digest: `${sample}`, state: 'scored' },
    outcomes: { graded: { scores, statistics } },
    ...more,
  };
}

function accumulated(...records: readonly SampleRecord[]): Accumulator {
  const accumulator = new Accumulator(instances);
  for (const each of records) accumulator.add(each);
  return accumulator;
}

const parsed = (accumulator: Accumulator) => JSON.parse(JSON.stringify(accumulator.toJSON()));
const cellOf = (accumulator: Accumulator, category: string | null = null) =>
  accumulator.cell.algorithms.get('graded')!.get(category)!;

test('states, tokens and reasons are counted, in parts as in the whole', () => {
  const records = [
    record(0, { mark: 3 }, { promptTokens: 5, newTokens: 2 }),
    record(1, {}, { state: 'failed', outcomes: { graded: { unscored: 'failed' } }, promptTokens: 7, newTokens: 0 }),
    record(2, {}, { state: 'unscored', outcomes: { graded: { unscored: 'empty_output' } }, newTokens: 1 }),
    record(3, {}, { state: 'failed', outcomes: { graded: { unscored: 'failed' } }, promptTokens: 4 }),
  ];
  const whole = accumulated(...records);
  const merged = accumulated(...records.slice(0, 2));
  merged.merge(parsed(accumulated(...records.slice(2))));
  for (const { cell } of [whole, merged]) {
    expect(cell.states).toMatchObject({ scored: 1, failed: 2, unscored: 1, refused: 0 });
    expect([cell.promptTokens, cell.newTokens]).toEqual([16, 3]);
  }
  expect([...cellOf(whole).unscored].sort()).toEqual([
    ['empty_output', 1],
    ['failed', 2],
  ]);
  expect(parsed(merged)).toEqual(parsed(whole));
});

test('a sample without a category counts in the whole alone', () => {
  const accumulator = accumulated(record(0, { mark: 3 }), record(1, { mark: 4 }, { category: 'a' }));
  expect([...accumulator.cell.algorithms.get('graded')!.keys()]).toEqual([null, 'a']);
  expect(cellOf(accumulator).scores.get('mark')!.moments.n).toBe(2);
  expect(cellOf(accumulator, 'a').scores.get('mark')!.moments.n).toBe(1);
});

test('an algorithm that says nothing of a sample counts nothing', () => {
  const accumulator = accumulated(record(0, {}, { outcomes: {} }));
  expect(cellOf(accumulator)).toBeUndefined();
  expect(accumulator.cell.states.scored).toBe(1);
});

test('values fall into twenty equal bins of the range, those outside into the nearest', () => {
  const values = [2, 2.09, 2.11, 3, 3.999, 4, 1, 5];
  const { histogram } = cellOf(accumulated(...values.map((mark, at) => record(at, { mark })))).scores.get('mark')!;
  const expected = new Array(HISTOGRAM_BINS).fill(0);
  expected[0] = 3;
  expected[1] = 1;
  expected[10] = 1;
  expected[19] = 3;
  expect(histogram).toEqual(expected);
});

test('a score that is open at one end has counts of values and no histogram; a bounded one the other way round', () => {
  const { scores } = cellOf(accumulated(record(0, { mark: 3, above: 9, below: -9 })));
  expect(scores.get('mark')).toMatchObject({ counts: null, histogram: expect.any(Array) });
  for (const [name, value] of [
    ['above', 9],
    ['below', -9],
  ] as const) {
    expect(scores.get(name)!.histogram).toBeNull();
    expect(scores.get(name)!.counts!.toJSON()).toEqual([[value, 1]]);
  }
});

test('a score that the algorithm does not declare, and an algorithm that is not there, count nowhere', () => {
  const odd = record(0, { mark: 3, other: 1 }, {});
  const accumulator = accumulated({
    ...odd,
    outcomes: {
      ...odd.outcomes,
      gone: { scores: { mark: 1 } },
      graded: { scores: { other: 1 }, statistics: { x: 1 } },
    },
  });
  expect([...cellOf(accumulator).scores.values()].every(({ moments }) => moments.n === 0)).toBe(true);
  const part = parsed(accumulated(record(0, { mark: 3 })));
  part.cells[0].scores.push({ ...part.cells[0].scores[0], name: 'other' });
  part.cells[0].aggregates.push(['x', 1]);
  part.cells.push({ ...part.cells[0], label: 'gone' });
  const merged = new Accumulator(instances);
  merged.merge(part);
  expect([...merged.cell.algorithms.keys()]).toEqual(['graded']);
  expect([...cellOf(merged).scores.keys()]).toEqual(['mark', 'above', 'below']);
  expect([...cellOf(merged).aggregates.keys()]).toEqual(['plain', 'parted']);
});

test('clusters, aggregates and their parts add up; only an aggregate over a corpus has parts', () => {
  const records = [0, 1, 2].map((at) => record(at, { mark: 2 + at / 2 }, { cluster: at < 2 ? 'a' : 'b' }));
  const merged = accumulated(records[0]!);
  merged.merge(parsed(accumulated(records[1]!, records[2]!)));
  for (const accumulator of [accumulated(...records), merged]) {
    const cell = cellOf(accumulator);
    const { clusters } = cell.scores.get('mark')!;
    expect([...clusters].map(([name, { n }]) => [name, n])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
    expect([...cell.aggregates]).toEqual([
      ['plain', 3],
      ['parted', 30],
    ]);
    expect([...cell.units.keys()]).toEqual(['parted']);
    expect(cell.units.get('parted')!.samples).toBe(3);
  }
});

test('parts are forgotten where an earlier version summed some of the samples without, and kept where it summed none', () => {
  const known = record(0, { mark: 3 });
  const withoutUnits = (accumulator: Accumulator) => {
    const data = parsed(accumulator);
    for (const cell of data.cells) delete cell.units;
    return data;
  };
  const merged = accumulated(known);
  merged.merge(withoutUnits(accumulated(record(1, { mark: 3 }))));
  expect(cellOf(merged).units.size).toBe(0);
  const unscored = record(1, {}, { outcomes: { graded: { unscored: 'failed' } } });
  const kept = accumulated(known);
  kept.merge(withoutUnits(accumulated(unscored)));
  expect(cellOf(kept).units.get('parted')!.samples).toBe(1);
});

test('counts of values are merged, and parts of an earlier version have none', () => {
  const merged = accumulated(record(0, { above: 2 }));
  const part = parsed(accumulated(record(1, { above: 2 }), record(2, { above: 1 })));
  merged.merge(part);
  expect(cellOf(merged).scores.get('above')!.counts!.toJSON()).toEqual([
    [1, 1],
    [2, 2],
  ]);
  for (const score of part.cells[0].scores) delete score.counts;
  merged.merge(part);
  expect(cellOf(merged).scores.get('above')!.counts!.toJSON()).toHaveLength(2);
  expect(cellOf(merged).scores.get('above')!.moments.n).toBe(5);
});

test('a sample with an answer that was cut is counted once, in parts as in the whole', () => {
  const stopped = { stopReasons: { original: 'stop' } } as const;
  const cut = { stopReasons: { original: 'stop', 'typo/0': 'length', 'typo/1': 'length' } } as const;
  const whole = accumulated(record(0, { mark: 3 }, stopped), record(1, { mark: 3 }, cut), record(2, { mark: 3 }));
  expect(whole.cell.cut).toBe(1);
  const merged = accumulated(record(3, { mark: 3 }, cut));
  merged.merge(parsed(whole));
  expect([merged.cell.cut, parsed(merged).cut]).toEqual([2, 2]);
  const none = parsed(accumulated(record(0, { mark: 3 }, stopped)));
  expect(none).not.toHaveProperty('cut');
  merged.merge(none);
  expect(merged.cell.cut).toBe(2);
});

test('parts of several algorithms are merged each into its own', () => {
  const two = [...instances, instantiateAlgorithm('second', graded, {})];
  const part = new Accumulator(two);
  part.add({ ...record(0, {}), outcomes: { graded: { scores: { mark: 2 } }, second: { scores: { mark: 4 } } } });
  const merged = new Accumulator(two);
  merged.merge(parsed(part));
  const meanOf = (label: string) => merged.cell.algorithms.get(label)!.get(null)!.scores.get('mark')!.moments.mean();
  expect([meanOf('graded'), meanOf('second')]).toEqual([2, 4]);
});

test('parts of aggregates that are gone, and bins of a score that had no bounds before, are passed over', () => {
  const part = parsed(accumulated(record(0, { mark: 3, above: 1 })));
  part.cells[0].units.push(['gone', part.cells[0].units[0][1]]);
  for (const score of part.cells[0].scores) score.histogram = score.name === 'mark' ? null : new Array(20).fill(1);
  const merged = new Accumulator(instances);
  merged.merge(part);
  expect(cellOf(merged).scores.get('mark')!.histogram).toEqual(new Array(HISTOGRAM_BINS).fill(0));
  expect(cellOf(merged).scores.get('above')!.histogram).toBeNull();
  expect([...cellOf(merged).units.keys()]).toEqual(['parted']);
});

test('categories beyond the budget count together, whatever the order and the sharding', () => {
  const names = ['pear', 'apple', 'fig', 'kiwi', 'date', 'plum', 'lime', 'apple', 'fig', 'pear', 'plum'];
  const records = names.map((category, at) =>
    record(at, { mark: 2 + (at % 3) }, { category, ...(at % 2 === 0 ? { cluster: `c${at % 4}` } : {}) }),
  );
  const of = (some: readonly SampleRecord[]): Accumulator => {
    const accumulator = new Accumulator(instances, 3);
    for (const each of some) accumulator.add(each);
    return accumulator;
  };
  const figures = (accumulator: Accumulator) => {
    const { scores } = summariseModel('m', 'r', accumulator, instances);
    return scores.map(({ category, score, n, value }) => [category, score, n, value]);
  };
  const expected = figures(of(records));
  const marks = expected.filter(([, score]) => score === 'mark').map(([category, , n]) => [category, n]);
  expect(marks).toEqual([
    [null, 11],
    [OTHER_CATEGORIES, 6],
    ['apple', 2],
    ['date', 1],
    ['fig', 2],
  ]);
  for (let turn = 0; turn < records.length; turn++) {
    const turned = [...records.slice(turn), ...records.slice(0, turn)];
    expect(figures(of(turned))).toEqual(expected);
    expect(figures(of(turned.toReversed()))).toEqual(expected);
    const merged = new Accumulator(instances, 3);
    for (let from = 0; from < turned.length; from += 2) merged.merge(parsed(of(turned.slice(from, from + 2))));
    expect(figures(merged)).toEqual(expected);
  }
});
