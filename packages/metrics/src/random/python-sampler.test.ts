import { expect, test } from 'vitest';
import { pythonSampler } from './python-sampler.ts';

test('draws follow CPython’s random.Random(1234).sample, one after the other', () => {
  const sampler = pythonSampler(1234);
  const sizes = [
    [25, 5],
    [3, 2],
    [30, 3],
    [1, 1],
    [100, 10],
    [200, 10],
    [21, 5],
    [22, 5],
    [85, 6],
    [86, 6],
  ] as const;
  expect(sizes.map(([n, size]) => sampler.sample(n, size))).toEqual([
    [24, 14, 3, 0, 2],
    [2, 0],
    [21, 22, 2],
    [0],
    [98, 45, 30, 2, 3, 44, 82, 79, 61, 78],
    [118, 38, 23, 46, 182, 29, 3, 128, 124, 63],
    [2, 17, 14, 20, 19],
    [16, 18, 1, 8, 17],
    [8, 82, 38, 61, 45, 34],
    [31, 83, 25, 58, 67, 85],
  ]);
});

test('more than there are cannot be drawn', () => {
  expect(() => pythonSampler(0).sample(2, 3)).toThrow(RangeError);
});
