import { expect, test } from 'vitest';
import { checkGoldenRows, goldenRowsByMethod } from './check-golden-rows.ts';
import { relativeError } from './relative-error.ts';

test('numbers compare by relative error, the smallest ones absolutely', () => {
  expect(relativeError({ a: [1e6 + 1] }, { a: [1e6] })).toBeCloseTo(1e-6, 12);
  expect(relativeError(1e-12, 0)).toBe(1e-12);
});

test('p-values compare by relative error however small they are', () => {
  expect(relativeError({ pvalue: 2e-40 }, { pvalue: 1e-40 })).toBe(1);
  expect(relativeError([2e-40], [1e-40], true)).toBe(1);
  expect(relativeError({ p: [0] }, { p: [1e-300] })).toBe(1);
  expect(relativeError({ statistic: 2e-40 }, { statistic: 1e-40 })).toBeLessThan(1e-39);
});

test('NaN and infinities stand as strings in the file', () => {
  expect(relativeError([Number.NaN, Number.NEGATIVE_INFINITY], ['NaN', '-inf'])).toBe(0);
  expect(relativeError(Number.POSITIVE_INFINITY, '-inf')).toBe(Number.POSITIVE_INFINITY);
});

test('a missing key, another length, another type or a NaN is a mismatch', () => {
  for (const [actual, expected] of [
    [{}, { a: 1 }],
    [{ a: 1, b: 2 }, { a: 1 }],
    [[1], [1, 2]],
    ['1', 1],
    [Number.NaN, 1],
    [null, 0],
  ]) {
    expect(relativeError(actual, expected)).toBe(Number.POSITIVE_INFINITY);
  }
});

test('a row that expects an error needs an error with a code', () => {
  const row = JSON.stringify({ input: {}, params: {}, expected: { error: 'ValueError: no' } });
  const outcome = (compute: () => unknown) => checkGoldenRows({ name: 'x', compute }, `${row}\n`).mismatches.length;
  const fail = (error: Error) => () => {
    throw error;
  };
  expect(outcome(fail(Object.assign(new RangeError('no'), { code: 'METRIC_TARGET_EMPTY' })))).toBe(0);
  expect(outcome(fail(new RangeError('no')))).toBe(1);
  expect(outcome(() => 1)).toBe(1);
});

test('rows of several methods part by method and keep their lines', () => {
  const jsonl = ['{"method":"a"}', '{"method":"b"}', '', '{"method":"a"}', '{}'].join('\n');
  expect([...goldenRowsByMethod(jsonl)]).toEqual([
    ['a', '{"method":"a"}\n\n\n{"method":"a"}\n'],
    ['b', '\n{"method":"b"}\n\n\n'],
    ['', '\n\n\n\n{}'],
  ]);
});
