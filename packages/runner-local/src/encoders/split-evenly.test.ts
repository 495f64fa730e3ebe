import { expect, test } from 'vitest';
import { splitEvenly } from './split-evenly.ts';

test.each([
  [[], 3, [[]]],
  [[1, 2, 3], 3, [[1, 2, 3]]],
  [
    [1, 2, 3, 4],
    3,
    [
      [1, 2],
      [3, 4],
    ],
  ],
  [
    [1, 2, 3, 4, 5, 6, 7],
    3,
    [
      [1, 2],
      [3, 4, 5],
      [6, 7],
    ],
  ],
])('%j in pieces of at most %i are %j', (list, most, pieces) => {
  expect(splitEvenly(list, most)).toEqual(pieces);
});
