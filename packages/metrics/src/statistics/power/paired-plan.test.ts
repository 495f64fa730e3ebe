import { describe, expect, test } from 'vitest';
import { createGenerator } from '../../random/create-generator.ts';
import { pairedDifference } from '../pairs/paired-difference.ts';
import { detectableFlips, flipsPower, neededFlips } from './flips-power.ts';
import { detectablePairedEnds, neededPairedEnds, pairedEndsPower } from './paired-ends-power.ts';

const random = createGenerator(9);
const normal = () => Math.sqrt(-2 * Math.log(1 - random.random())) * Math.cos(2 * Math.PI * random.random());

function achieved(n: number, draw: () => number, alpha: number): number {
  const runs = 1500;
  let found = 0;
  for (let run = 0; run < runs; run++) {
    const differences = Float64Array.from({ length: n }, draw);
    if (pairedDifference(differences, { most: 1 })!.pvalue() <= alpha) found++;
  }
  return found / runs;
}

describe('what a plan promises is what the test does, within four points', () => {
  test.each([
    [30, 0.3, 0.2, 0.05],
    [100, 0.3, 0.14, 0.05],
    [300, 0.3, 0.1, 0.01],
    [300, 0.05, 0.03, 0.05],
  ])('flips: %d pairs, %d discordant, difference %d at %d', (n, discordant, difference, alpha) => {
    const win = (discordant + difference) / 2;
    const draw = () => {
      const at = random.random();
      return at < win ? 1 : at < discordant ? -1 : 0;
    };
    expect(Math.abs(achieved(n, draw, alpha) - flipsPower(n, discordant, difference, alpha))).toBeLessThan(0.04);
  });

  test.each([
    [20, 0.15, 0.2, 0.05],
    [50, 0.1, 0.25, 0.05],
    [100, 0.06, 0.2, 0.02],
    [400, 0.03, 0.2, 0.05],
  ])('ends: %d pairs, difference %d, sd %d at %d', (n, difference, sd, alpha) => {
    const draw = () => Math.min(1, Math.max(-1, difference + sd * normal()));
    expect(Math.abs(achieved(n, draw, alpha) - pairedEndsPower(n, difference, sd, { alpha }))).toBeLessThan(0.04);
  });
});

test('detectable and needed undo the power', () => {
  const difference = detectableFlips(200, 0.3)!;
  expect(flipsPower(200, 0.3, difference)).toBeCloseTo(0.8, 9);
  expect(Math.abs(neededFlips(0.3, difference) - 200)).toBeLessThan(10);
  const graded = detectablePairedEnds(200, 0.2)!;
  expect(pairedEndsPower(200, graded, 0.2)).toBeCloseTo(0.8, 9);
  expect(Math.abs(neededPairedEnds(graded, 0.2) - 200)).toBeLessThanOrEqual(1);
  expect(detectableFlips(4, 0.3)).toBeNull();
  expect(detectablePairedEnds(2, 0.2)).toBeNull();
  expect([neededFlips(0.3, 0), neededPairedEnds(0, 0.2)]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  expect(detectablePairedEnds(30, 0.05, { most: 0.2 })!).toBeLessThan(detectablePairedEnds(30, 0.05)!);
});
