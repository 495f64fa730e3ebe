import { expect, test } from 'vitest';
import {
  formatCount,
  formatDifference,
  formatInterval,
  formatMilliseconds,
  formatPValue,
  formatScore,
} from './format-number.ts';

test('scores have three decimals, and fewer as they grow', () => {
  expect([0, 0.31249, 12.3456, 123.456, 12345.6, 2.5e7].map(formatScore)).toEqual([
    '0.000',
    '0.312',
    '12.346',
    '123.5',
    '12346',
    '2.50e+7',
  ]);
});

test('a negative score has a minus sign, and one that rounds to zero has none', () => {
  expect([-0.25, -0.0001].map(formatScore)).toEqual(['−0.250', '0.000']);
});

test('what has no value is a dash', () => {
  expect([formatScore(null), formatScore(Number.NaN), formatInterval(null)]).toEqual(['–', '–', '–']);
});

test('differences show their sign', () => {
  expect([0.1, -0.1, 0, 0.00001].map(formatDifference)).toEqual(['+0.100', '−0.100', '0.000', '0.000']);
});

test('small p-values are bounded, not printed as zero', () => {
  expect([0.0002, 0.0321].map(formatPValue)).toEqual(['p\u00a0<\u00a00.001', 'p\u00a0=\u00a00.032']);
});

test('counts are grouped and times take a fitting unit', () => {
  expect(formatCount(1234567)).toBe('1\u202f234\u202f567');
  expect([3.21, 214, 4321, 88_000, 1_800_000, 10_800_000].map(formatMilliseconds)).toEqual([
    '3.2 ms',
    '214 ms',
    '4.32 s',
    '88.0 s',
    '30 min',
    '3.0 h',
  ]);
});
