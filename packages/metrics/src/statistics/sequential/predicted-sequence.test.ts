import { describe, expect, test } from 'vitest';
import { createGenerator } from '../../random/create-generator.ts';
import type { RandomGenerator } from '../../random/random-generator.ts';
import { betaBinomialSequence } from './beta-binomial-sequence.ts';
import { boundedSequence } from './bounded-sequence.ts';
import { predictedSequence } from './predicted-sequence.ts';

interface Row {
  readonly score: number;
  readonly prediction: number;
}

/** Two rows in three are nearly sure, the others open; predictions are means of five answers to the same row, or to another. */
function dataset(random: RandomGenerator, rows: number, isOwn: boolean): Row[] {
  const chance = () => {
    const at = random.random();
    return at < 0.35 ? 0.97 : at < 0.65 ? 0.03 : 0.25 + 0.5 * random.random();
  };
  const answers = (p: number) => Array.from({ length: 5 }, () => Number(random.random() < p));
  return Array.from({ length: rows }, () => {
    const p = chance();
    const earlier = answers(isOwn ? p : chance());
    return { score: Number(random.random() < p), prediction: earlier.reduce((sum, each) => sum + each, 0) / 5 };
  });
}

const meanOf = (rows: readonly Row[]) => rows.reduce((sum, { score }) => sum + score, 0) / rows.length;
const predictionsOf = (rows: readonly Row[]) => rows.map(({ prediction }) => prediction);

describe('predictedSequence', () => {
  test('without predictions, of many rows, it is the beta-binomial mixture', () => {
    const random = createGenerator(1);
    const plain = betaBinomialSequence();
    const sequence = predictedSequence({ predictions: new Float64Array(1_000_000).fill(0.5), binary: true });
    for (let n = 1; n <= 300; n++) {
      const score = Number(random.random() < 0.8);
      plain.add(score);
      sequence.add(score);
      if (n % 50 !== 0) continue;
      expect(Math.abs(sequence.lower - plain.lower)).toBeLessThan(0.006);
      expect(Math.abs(sequence.upper - plain.upper)).toBeLessThan(0.006);
    }
  });

  test('ends at the mean of all scores, without the rows that have none', () => {
    const rows = dataset(createGenerator(2), 60, true);
    const sequence = predictedSequence({ predictions: predictionsOf(rows) });
    const scored: Row[] = [];
    for (const [at, row] of rows.entries()) {
      if (at % 7 === 3) sequence.skip();
      else {
        sequence.add(row.score);
        scored.push(row);
      }
      const { lower, upper, estimate } = sequence;
      expect(lower).toBeLessThanOrEqual(estimate!);
      expect(upper).toBeGreaterThanOrEqual(estimate!);
    }
    expect(sequence.n).toBe(scored.length);
    expect([sequence.lower, sequence.estimate, sequence.upper]).toEqual(
      Array(3).fill(expect.closeTo(meanOf(scored), 12)),
    );
    expect(() => sequence.add(1)).toThrow('60 rows');
  });

  test('narrows by what earlier answers tell, and costs next to nothing where they tell nothing', () => {
    const random = createGenerator(3);
    const widths = { own: 0, other: 0, plain: 0 };
    for (let run = 0; run < 12; run++) {
      const [own, other] = [dataset(random, 5000, true), dataset(random, 5000, false)];
      const after = (rows: readonly Row[], predictions: readonly number[]) => {
        const sequence = predictedSequence({ predictions, binary: true });
        for (const { score } of rows.slice(0, 200)) sequence.add(score);
        return sequence.upper - sequence.lower;
      };
      widths.own += after(own, predictionsOf(own));
      widths.plain += after(own, Array<number>(5000).fill(0.5));
      widths.other += after(other, predictionsOf(other));
    }
    expect(widths.own / widths.plain).toBeLessThan(0.9);
    expect(widths.other / widths.plain).toBeLessThan(1.05);
  });

  // Predictions that are right for half of the rows, or turn wrong after the first 40, cost most.
  test.each([
    { kind: '0/1', isBinary: true },
    { kind: 'graded', isBinary: false },
  ])('is at no time wider than the sequence without predictions by more than 5 %: $kind', ({ isBinary }) => {
    const random = createGenerator(5);
    let widest = 0;
    for (let run = 0; run < 12; run++) {
      const own = dataset(random, 1000, true);
      const rows = own.map(({ score, prediction }, at) => ({
        score: isBinary ? score : 0.2 + 0.6 * score + 0.2 * random.random(),
        prediction: (run % 2 === 0 ? random.random() < 0.5 : at < 40) ? prediction : 1 - prediction,
      }));
      const plain = boundedSequence({ binary: isBinary });
      const sequence = predictedSequence({ predictions: predictionsOf(rows), binary: isBinary });
      for (const [at, { score }] of rows.slice(0, 120).entries()) {
        plain.add(score);
        sequence.add(score);
        if (at >= 29) widest = Math.max(widest, (sequence.upper - sequence.lower) / (plain.upper - plain.lower));
      }
    }
    expect(widest).toBeLessThan(1.05);
  });

  test.each([
    { name: 'their own', isOwn: true, missing: 0 },
    { name: 'those of others', isOwn: false, missing: 0 },
    { name: 'their own, some rows without a score', isOwn: true, missing: 0.2 },
  ])('holds the mean at all times in 95 % of runs, whatever predicts: $name', ({ isOwn, missing }) => {
    const random = createGenerator(4);
    const runs = 150;
    let missed = 0;
    for (let run = 0; run < runs; run++) {
      const rows = dataset(random, 120, isOwn).map((row) => ({ ...row, isMissing: random.random() < missing }));
      const truth = meanOf(rows.filter(({ isMissing }) => !isMissing));
      const sequence = predictedSequence({ predictions: predictionsOf(rows), resolution: 200 });
      let isWrong = false;
      for (const { score, isMissing } of rows) {
        if (isMissing) sequence.skip();
        else sequence.add(score);
        if (sequence.n > 0 && (sequence.lower > truth + 1e-9 || sequence.upper < truth - 1e-9)) isWrong = true;
      }
      if (isWrong) missed += 1;
    }
    expect(missed / runs).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs));
  });

  test('scales to any bounded range', () => {
    const unit = predictedSequence({ predictions: [0.2, 0.9, 0.5, 0.4] });
    const wide = predictedSequence({ predictions: [1.4, 2.8, 2, 1.8], range: [1, 3] });
    for (const share of [0, 1, 0.5]) {
      const found = wide.add(1 + 2 * share);
      const { lower, upper } = unit.add(share);
      expect(found).toEqual({ lower: expect.closeTo(1 + 2 * lower, 12), upper: expect.closeTo(1 + 2 * upper, 12) });
    }
    expect(wide.estimate).toBeCloseTo(1 + 2 * unit.estimate!, 12);
  });

  test('refuses scores and predictions outside the range', () => {
    expect(() => predictedSequence({ predictions: [0.5, 1.2] })).toThrow('1.2');
    expect(() => predictedSequence({ predictions: [0.5] }).add(Number.NaN)).toThrow('score');
    expect(() => predictedSequence({ predictions: [0.5], confidence: 1 })).toThrow('confidence');
  });
});
