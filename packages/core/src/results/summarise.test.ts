import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineAlgorithm } from '../algorithms/algorithm.ts';
import { instantiateAlgorithm } from '../algorithms/instantiate.ts';
import type { SampleRecord } from '../journal/journal-record.ts';
import { Accumulator } from './accumulator.ts';
import { summariseModel } from './summarise.ts';

const ratio = defineAlgorithm({
  name: 'ratio',
  summary: '',
  options: z.strictObject({}),
  needs: () => [],
  scores: () => ({ value: { range: [0, 1], better: 'higher', kind: 'bounded', summary: '' } }),
  score: () => ({ unscored: 'unused' }),
  signature: () => 'ratio|v1',
});
const instances = [instantiateAlgorithm('ratio', ratio, {})];

function record(sample: number, value: number, more: Partial<SampleRecord> = {}): SampleRecord {
  return {
    kind: 'sample',
    model: 'm',
    sample,
    digest: `${sample}`,
    state: 'scored',
    outcomes: { ratio: { scores: { value } } },
    ...more,
  };
}

function summaryOf(records: readonly SampleRecord[]) {
  const accumulator = new Accumulator(instances);
  for (const each of records) accumulator.add(each);
  return summariseModel('m', 'test', accumulator, instances).scores;
}

test('an interval stays within the range of the score', () => {
  const [score] = summaryOf([record(0, 0), record(1, 0), record(2, 0.3)]);
  expect(score!.interval![0]).toBe(0);
  expect(score!.interval![1]).toBeGreaterThan(0.1);
});

test('no samples give no value, not 0', () => {
  const [score] = summaryOf([record(0, 0, { outcomes: { ratio: { unscored: 'empty_target' } }, state: 'unscored' })]);
  expect(score).toMatchObject({ n: 0, value: null, interval: null, unscored: { empty_target: 1 } });
});

test('samples of one cluster count as less than independent ones', () => {
  const values = [0.1, 0.1, 0.5, 0.5, 0.9, 0.9];
  const [alone] = summaryOf(values.map((value, at) => record(at, value)));
  const [clustered] = summaryOf(values.map((value, at) => record(at, value, { cluster: `c${Math.floor(at / 2)}` })));
  expect(clustered!.intervalMethod).toBe('cluster-ends');
  expect(clustered!.standardError!).toBeGreaterThan(alone!.standardError!);
});

test('categories come by name, after all samples', () => {
  const scores = summaryOf(['b', 'a', 'b'].map((category, at) => record(at, at / 2, { category })));
  expect(scores.map(({ category, n }) => [category, n])).toEqual([
    [null, 3],
    ['a', 1],
    ['b', 2],
  ]);
});

test('accumulators merged from parts, through JSON, equal the whole', () => {
  const records = Array.from({ length: 50 }, (_, at) =>
    record(at, (at * 0.1) % 1, { category: `c${at % 3}`, cluster: `g${at % 7}` }),
  );
  const whole = new Accumulator(instances);
  const merged = new Accumulator(instances);
  for (const part of [records.slice(20), records.slice(0, 20)]) {
    const shard = new Accumulator(instances);
    for (const each of part) shard.add(each);
    merged.merge(JSON.parse(JSON.stringify(shard.toJSON())));
  }
  for (const each of records) whole.add(each);
  expect(summariseModel('m', 'test', merged, instances)).toEqual(summariseModel('m', 'test', whole, instances));
});

test('answers that were cut are counted beside the states, where there are any', () => {
  const cut = (stopReasons: SampleRecord['stopReasons']) => {
    const accumulator = new Accumulator(instances);
    accumulator.add(record(0, 0.5, stopReasons === undefined ? {} : { stopReasons }));
    return summariseModel('m', 'test', accumulator, instances).model;
  };
  expect(cut({ original: 'length' }).cut).toBe(1);
  expect(cut({ original: 'stop' })).not.toHaveProperty('cut');
});
