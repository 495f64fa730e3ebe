import { expect, test } from 'vitest';
import { createGenerator } from '../../random/create-generator.ts';
import { normalQuantile } from '../special/normal.ts';
import { spendingLevels } from './spending-levels.ts';

const critical = (levels: readonly number[]) => levels.map((level) => -normalQuantile(level / 2));

test('the critical values of the literature: five equal looks, and two', () => {
  const five = critical(spendingLevels([0.2, 0.4, 0.6, 0.8, 1]));
  // R's gsDesign, sfLDOF, two-sided 0.05.
  for (const [k, value] of [4.8769, 3.3569, 2.6803, 2.2898, 2.031].entries()) expect(five[k]!).toBeCloseTo(value, 3);
  const two = critical(spendingLevels([0.5, 1]));
  expect(two[0]!).toBeCloseTo(2.9626, 3);
  expect(two[1]!).toBeCloseTo(1.9686, 3);
});

test('one look is the plain test, and more looks leave the last one less', () => {
  expect(spendingLevels([1])[0]!).toBeCloseTo(0.05, 12);
  const last = [2, 5, 20].map(
    (looks) => spendingLevels(Array.from({ length: looks }, (_, k) => (k + 1) / looks)).at(-1)!,
  );
  expect(last[0]!).toBeGreaterThan(last[1]!);
  expect(last[1]!).toBeGreaterThan(last[2]!);
  expect(last[2]!).toBeGreaterThan(0.03);
});

test('an equal part for each look lets the first ones say something, for little at the end', () => {
  const looks = [0.1, 0.2, 0.4, 0.7, 1];
  const [plain, both] = [critical(spendingLevels(looks)), critical(spendingLevels(looks, { early: 0.2 }))];
  expect(plain[0]!).toBeGreaterThan(6);
  expect(both[0]!).toBeLessThan(3.1);
  expect(both.at(-1)! - plain.at(-1)!).toBeLessThan(0.06);
});

test('a part of its own for the first look is spent there, and less is left for the last', () => {
  const looks = [0.1, 0.2, 0.4, 0.7, 1];
  const levels = spendingLevels(looks, { early: 0.4, first: 0.1 });
  expect(levels[0]!).toBeCloseTo(0.05 * (0.4 / 5 + 0.1), 5);
  expect(levels[1]!).toBeLessThan(levels[0]!);
  expect(critical(levels).at(-1)!).toBeLessThan(2.2);
  expect(() => spendingLevels(looks, { early: 0.6, first: 0.4 })).toThrow('first 0.4');
});

test('all looks of a walk together raise a false alarm in 5 % of runs', () => {
  const fractions = [0.1, 0.35, 0.7, 1];
  const borders = critical(spendingLevels(fractions));
  const random = createGenerator(4);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.random())) * Math.cos(2 * Math.PI * random.random());
  let alarms = 0;
  const runs = 100_000;
  for (let run = 0; run < runs; run++) {
    let sum = 0;
    const stops = fractions.some((share, k) => {
      sum += Math.sqrt(share - (fractions[k - 1] ?? 0)) * normal();
      return Math.abs(sum) / Math.sqrt(share) >= borders[k]!;
    });
    if (stops) alarms++;
  }
  expect(alarms / runs).toBeGreaterThan(0.048);
  expect(alarms / runs).toBeLessThan(0.052);
});

test('refuses looks that do not rise to the whole', () => {
  for (const fractions of [[], [0.5], [0.5, 0.4, 1], [0, 1], [Number.NaN, 1]]) {
    expect(() => spendingLevels(fractions)).toThrow('rise');
  }
});
