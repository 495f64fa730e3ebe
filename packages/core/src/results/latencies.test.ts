import { expect, test } from 'vitest';
import type { SampleRecord } from '../journal/journal-record.ts';
import { Latencies } from './latencies.ts';

function latenciesOf(...elapsed: readonly (number | undefined)[]): Latencies {
  const latencies = new Latencies();
  for (const elapsedMs of elapsed) latencies.add({ elapsedMs } as SampleRecord);
  return latencies;
}

test('percentiles are by size, not by time of arrival', () => {
  const upTo100 = Array.from({ length: 100 }, (_, at) => ((at * 37) % 100) + 1);
  expect(latenciesOf(...upTo100).summary()).toEqual({ p50: 51, p95: 96, mean: 50.5 });
  expect(latenciesOf(9, 10, 100).summary()).toEqual({ p50: 10, p95: 100, mean: 119 / 3 });
});

test('one answer is every percentile', () => {
  expect(latenciesOf(7).summary()).toEqual({ p50: 7, p95: 7, mean: 7 });
});

test('without an answer all are 0', () => {
  expect(latenciesOf().summary()).toEqual({ p50: 0, p95: 0, mean: 0 });
});

test('what took no time was not asked, and does not count', () => {
  expect(latenciesOf(4, 0, undefined, 6).summary()).toEqual({ p50: 6, p95: 6, mean: 5 });
});

test('two parts add up to the whole', () => {
  const whole = latenciesOf(3, 1, 2, 9);
  const parts = latenciesOf(3, 1);
  parts.restore(JSON.parse(JSON.stringify(latenciesOf(2, 9))));
  expect(parts.summary()).toEqual(whole.summary());
  expect(parts.toJSON()).toEqual({ kept: [3, 1, 2, 9], sum: 15, n: 4 });
});

test('100,000 answers are kept for the percentiles; later ones count in the mean', () => {
  const latencies = latenciesOf(...Array.from({ length: 100_001 }, (_, at) => (at < 100_000 ? 1 : 100_001)));
  expect(latencies.toJSON().kept).toHaveLength(100_000);
  expect(latencies.summary()).toEqual({ p50: 1, p95: 1, mean: 200_001 / 100_001 });
});
