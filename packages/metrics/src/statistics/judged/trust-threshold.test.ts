import { expect, test } from 'vitest';
import { createGenerator } from '../../random/create-generator.ts';
import { type TrialVerdict, trustThreshold } from './trust-threshold.ts';

test('a judge that always agrees is trusted once there are enough trials, and not before', () => {
  const trials = (n: number): TrialVerdict[] => Array.from({ length: n }, () => ({ sureness: 0.7, agrees: true }));
  // 0.9^22 = 0.098, 0.9^21 = 0.109.
  expect(trustThreshold(trials(21), 0.9, 0.1)).toBeNull();
  expect(trustThreshold(trials(22), 0.9, 0.1)).toEqual({ sureFrom: 0, trusted: 22, agreed: 22 });
  expect(trustThreshold([], 0.9, 0.1)).toBeNull();
});

test('the threshold lies where the judge begins to err', () => {
  const trials = Array.from({ length: 400 }, (_, at): TrialVerdict => {
    const sureness = 0.5 + (at % 100) / 200;
    return { sureness, agrees: sureness >= 0.75 || at % 2 === 0 };
  });
  const found = trustThreshold(trials, 0.9, 0.1)!;
  expect(found.sureFrom).toBeGreaterThan(0.65);
  expect(found.sureFrom).toBeLessThanOrEqual(0.75);
});

// Judges whose true agreement at a sureness is known; 1,500 runs each. A miss is a threshold beyond which the truth is below 0.85.
test.each([
  ['calibrated', (sureness: number) => sureness],
  ['overconfident', (sureness: number) => 0.5 + 0.6 * (sureness - 0.5)],
  ['just good enough', () => 0.85],
  ['just not good enough', () => 0.849],
  ['unsure where it is right', (sureness: number) => 1.45 - sureness],
])('the promised agreement is missed in at most the risk of cases: %s', (_, truth) => {
  const RUNS = 1500;
  let misses = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const random = createGenerator(`trust ${run}`);
    const trials = Array.from({ length: 120 }, (): TrialVerdict => {
      const sureness = 0.5 + random.random() / 2;
      return { sureness, agrees: random.random() < truth(sureness) };
    });
    const found = trustThreshold(trials, 0.85, 0.1);
    if (found === null) continue;
    const from = Math.max(0.5, found.sureFrom);
    const places = Array.from({ length: 1000 }, (__, at) => truth(from + ((1 - from) * (at + 0.5)) / 1000));
    if (places.reduce((sum, each) => sum + each, 0) / 1000 < 0.85 - 1e-9) misses += 1;
  }
  // 10 %, and three standard errors of 1,500 runs.
  expect(misses / RUNS).toBeLessThanOrEqual(0.1 + 3 * Math.sqrt(0.09 / RUNS));
});
