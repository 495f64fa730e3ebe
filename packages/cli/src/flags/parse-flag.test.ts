import { expect, test } from 'vitest';
import { FlagError } from './flag-error.ts';
import { budgets, count, limit, maxCost, maxFailures, maxRuntime, names } from './parse-flag.ts';

test.each([
  [count('--workers', 1, 1024), '--workers', ['0', '-1', 'abc', '1025', '']],
  [count('--repeat', 1, 10_000), '--repeat', ['0', '1.5']],
  [count('--seed', 0), '--seed', ['x', '9'.repeat(20)]],
  [limit, '--limit', ['0', '9-3', '1-']],
  [maxFailures, '--max-failures', ['', '0x10', '2.5', '%']],
  [maxCost, '--max-cost', ['0', 'much']],
  [maxRuntime, '--max-runtime', ['0', '5d', '']],
  [budgets, '--budgets', ['', 'depth', 'depth=', 'depth=-1', 'depth=1 2', '=5', 'depth=1,,columns=2']],
])('a text that stands for nothing is refused with the name of its flag', (parse, flag, texts) => {
  for (const text of texts) {
    expect(() => parse(text), text).toThrow(FlagError);
    expect(() => parse(text), text).toThrow(flag);
  }
});

test('a text becomes what it stands for', () => {
  expect(count('--seed', 0)('0')).toBe(0);
  expect(limit('20')).toBe(20);
  expect(limit('101-200')).toEqual({ from: 100, to: 200 });
  expect(maxFailures('5%')).toEqual({ fraction: 0.05 });
  expect(maxFailures('0.05')).toEqual({ fraction: 0.05 });
  expect(maxFailures('3')).toEqual({ count: 3 });
  expect(maxCost('2.5')).toBe(2.5);
  expect([maxRuntime('90'), maxRuntime('30m'), maxRuntime('1.5h')]).toEqual([90_000, 1_800_000, 5_400_000]);
  expect(names('a, b')).toEqual(['a', 'b']);
});
