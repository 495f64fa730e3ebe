import { describe, expect, test } from 'vitest';
import { normalQuantile, normalSf } from '../special/normal.ts';
import { plannedLooks } from './planned-looks.ts';
import { spendingLevels } from './spending-levels.ts';
import { continued, exitChance, unstopped } from './walk-between-looks.ts';

describe('levels of looks', () => {
  // By mpmath 1.3.0 (two looks, adaptive quadrature) and by 200 nodes of Gauss and Legendre a look.
  test.each([
    [[0.5, 1], 0.05, [0.003050645515977806, 0.0489995435843567]],
    [[0.2, 1], 0.01, [6.915874308744854e-10, 0.009999999730592166]],
    [[0.9, 1], 0.2, [0.16589722630102585, 0.15752714882293692]],
    [[0.3, 0.7, 1], 0.05, [8.545157488957622e-5, 0.014738471312897742, 0.04549933848920375]],
    [
      [0.2, 0.4, 0.6, 0.8, 1],
      0.01,
      [6.915874308744858e-10, 1.813331085850485e-5, 0.0005740777710307125, 0.0032089348329624404, 0.008914629647923738],
    ],
  ] as const)('at %j for %d are those of a finer integral', (fractions, alpha, expected) => {
    for (const [k, level] of spendingLevels(fractions, { alpha }).entries()) {
      expect(Math.abs(level / expected[k]! - 1), `look ${k}: ${level}`).toBeLessThan(1e-6);
    }
  });

  test('with an equal part for each look and one of its own for the first', () => {
    const [first, last] = spendingLevels([0.4, 1], { early: 0.4, first: 0.1 });
    expect(first! / 0.015156813113679035).toBeCloseTo(1, 7);
    expect(last! / 0.040122704718132104).toBeCloseTo(1, 7);
  });

  test('refuse shares and errors that are none', () => {
    for (const alpha of [0, 1, -0.1, Number.NaN]) expect(() => spendingLevels([1], { alpha })).toThrow('alpha is');
    for (const options of [
      { early: -0.1 },
      { first: -0.1 },
      { early: 1 },
      { early: 0.5, first: 0.5 },
      { early: Number.NaN },
    ])
      expect(() => spendingLevels([1], options)).toThrow('early is');
    for (const fractions of [
      [0.5, 1.5],
      [0.5, 0.5, 1],
      [-0.5, 1],
      [1, 1],
    ])
      expect(() => spendingLevels(fractions)).toThrow('do not rise to 1');
  });
});

test('what goes on between looks has the mass that did not leave, and leaves to either side alike', () => {
  const start = unstopped();
  expect(exitChance(start, 1.5, 0.5)).toBeCloseTo(2 * normalSf(3), 15);
  const next = continued(start, 0.8, 0.5, 0.25);
  expect(next.mass.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1 - 2 * normalSf(1.6), 9);
  expect([next.at[0], next.at.at(-1), next.at[70]]).toEqual([-0.8, 0.8, 0]);
  for (const at of next.at.keys()) expect(next.mass[at]).toBeCloseTo(next.mass[next.at.length - 1 - at]!, 14);
  // Nothing leaves: all of it is there, and no point lies where there is no mass.
  const whole = continued(start, 40, 0.5, 0.25);
  expect(whole.mass.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9);
  expect(whole.at.at(-1)).toBe(3.5);
  // A sum of two increments is normal, too.
  expect(exitChance(whole, 1.2, 0.5)).toBeCloseTo(2 * normalSf(1.2 / Math.sqrt(0.5)), 9);
});

describe('planned looks', () => {
  test('grow by equal shares from the first to all, and spend what they say', () => {
    const { fractions, lookBy, levelAt, errorAt } = plannedLooks(200, 50);
    const steps = fractions.length - 1;
    // ln 4 / ln 1.25 is 6.2.
    expect(steps).toBe(7);
    for (const [k, share] of fractions.entries()) expect(share).toBeCloseTo(0.25 ** (1 - k / steps), 12);
    const levels = spendingLevels(fractions, { alpha: 0.05, early: 0.4, first: 0.1 });
    for (const [k, level] of levels.entries()) {
      expect(levelAt(k, 0.05) / level).toBeCloseTo(1, 8);
      expect(errorAt(k, level)).toBeCloseTo(0.05, 8);
      expect([lookBy(fractions[k]! - 1e-13), lookBy(fractions[k]! - 1e-9)]).toEqual([k, k - 1]);
    }
    expect(levelAt(2, 0.01)).toBeLessThan(levelAt(2, 0.011));
    // The same question again has the same answer.
    expect(levelAt(2, 0.01)).toBe(plannedLooks(200, 50).levelAt(2, 0.01));
  });

  test('never err less often than a p-value alone, and surely where one is certain', () => {
    const { fractions, errorAt, levelAt } = plannedLooks(60);
    for (const look of fractions.keys()) {
      for (const pvalue of [1e-9, 0.001, 0.3, 0.9]) expect(errorAt(look, pvalue)).toBeGreaterThanOrEqual(pvalue);
      expect([errorAt(look, -1), errorAt(look, 0), errorAt(look, 1)]).toEqual([0, 0, 1]);
      for (const alpha of [1e-8, 0.9]) {
        expect(levelAt(look, alpha)).toBeLessThanOrEqual(alpha);
        expect(levelAt(look, alpha)).toBeGreaterThan(0);
      }
    }
    expect(errorAt(0, levelAt(0, 1e-8)) / 1e-8).toBeCloseTo(1, 6);
  });

  test('of one look are that look, and begin after 30 samples unless another number is asked for', () => {
    expect(plannedLooks(10).fractions).toEqual([1]);
    expect(plannedLooks(30).fractions).toEqual([1]);
    expect(plannedLooks(31).fractions).toEqual([30 / 31, 1]);
    expect(plannedLooks(300).fractions).toEqual(plannedLooks(300, 30).fractions);
    for (const [total, first] of [
      [0, 30],
      [0.5, 30],
      [300, 0],
      [Number.NaN, 30],
      [300, Number.NaN],
    ] as const)
      expect(() => plannedLooks(total, first)).toThrow('the first look after');
    const { levelAt } = plannedLooks(1);
    expect(-normalQuantile(levelAt(0, 0.05) / 2)).toBeCloseTo(1.959963984540054, 9);
  });
});
