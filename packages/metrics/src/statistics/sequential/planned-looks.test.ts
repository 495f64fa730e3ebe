import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createGenerator } from '../../random/create-generator.ts';
import { normalQuantile } from '../special/normal.ts';
import { plannedLooks } from './planned-looks.ts';

const looks = plannedLooks(300);

describe('plannedLooks', () => {
  test('begins after 30 samples, ends with all, and grows by a quarter at most', () => {
    expect(looks.fractions[0]).toBeCloseTo(0.1, 12);
    expect(looks.fractions.at(-1)).toBe(1);
    for (const [k, share] of looks.fractions.entries()) {
      if (k > 0) expect(share / looks.fractions[k - 1]!).toBeLessThanOrEqual(1.25 + 1e-9);
    }
    expect(plannedLooks(20).fractions).toEqual([1]);
    expect(plannedLooks(20).levelAt(0, 0.05)).toBeCloseTo(0.05, 10);
  });

  test('takes the last look that is complete, and none before the first', () => {
    expect(looks.lookBy(0.0999)).toBe(-1);
    expect(looks.lookBy(0.1)).toBe(0);
    expect(looks.lookBy(0.9)).toBe(looks.fractions.length - 2);
    expect(looks.lookBy(1)).toBe(looks.fractions.length - 1);
  });

  test('asks little more than a fixed number at the end, and can say something at the beginning', () => {
    const critical = looks.fractions.map((_, look) => -normalQuantile(looks.levelAt(look, 0.05) / 2));
    expect(critical[0]!).toBeLessThan(2.8);
    expect(critical.at(-1)!).toBeLessThan(2.2);
  });

  test('errorAt and levelAt are one another’s inverse at every look and level', () => {
    const look = fc.integer({ min: 0, max: looks.fractions.length - 1 });
    const levels = fc.double({ min: 1e-6, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(look, levels, (at, alpha) => {
        const level = looks.levelAt(at, alpha);
        expect(level).toBeLessThanOrEqual(alpha);
        expect(looks.errorAt(at, level) / alpha).toBeCloseTo(1, 6);
        expect(looks.errorAt(at, level * 1.01)).toBeGreaterThan(looks.errorAt(at, level));
      }),
      { numRuns: 10 },
    );
    expect(looks.errorAt(3, 0)).toBe(0);
    expect(looks.errorAt(3, 1)).toBe(1);
  });

  test.each([0.05, 0.005])('all looks of a walk together err in the share that was asked for: %d', (alpha) => {
    const random = createGenerator(4);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random.random())) * Math.cos(2 * Math.PI * random.random());
    const critical = looks.fractions.map((_, look) => -normalQuantile(looks.levelAt(look, alpha) / 2));
    const runs = 100_000;
    let alarms = 0;
    for (let run = 0; run < runs; run++) {
      let sum = 0;
      const stops = looks.fractions.some((share, k) => {
        sum += Math.sqrt(share - (looks.fractions[k - 1] ?? 0)) * normal();
        return Math.abs(sum) / Math.sqrt(share) >= critical[k]!;
      });
      if (stops) alarms++;
    }
    expect(Math.abs(alarms / runs / alpha - 1)).toBeLessThan(4 / Math.sqrt(runs * alpha));
  });

  test('refuses a number of samples below 1', () => {
    expect(() => plannedLooks(0)).toThrow('samples');
  });
});
