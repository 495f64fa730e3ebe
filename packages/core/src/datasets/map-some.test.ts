import { expect, test } from 'vitest';
import { mapSome } from './map-some.ts';

test('maps in order, no more at a time than allowed', async () => {
  let underWay = 0;
  let peak = 0;
  const double = async (value: number): Promise<number> => {
    underWay += 1;
    peak = Math.max(peak, underWay);
    for (let turns = value % 3; turns >= 0; turns--) await Promise.resolve();
    underWay -= 1;
    return 2 * value;
  };
  const values = Array.from({ length: 50 }, (_, i) => i);
  expect(await mapSome(values, 4, double)).toEqual(values.map((value) => 2 * value));
  expect(peak).toBe(4);
  expect(await mapSome([], 4, double)).toEqual([]);
});

test('rejects with the first failure', async () => {
  const failing = async (value: number): Promise<number> => {
    if (value === 2) throw new Error('two');
    return value;
  };
  await expect(mapSome([1, 2, 3], 2, failing)).rejects.toThrow('two');
});
