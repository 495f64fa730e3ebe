import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rocAuc } from '../../classification/ranking.ts';
import { studentQuantile } from '../special/student-t.ts';
import { aucDifference, type RankedPair } from './auc-difference.ts';

const score = fc.integer({ min: 0, max: 8 }).map((step) => step / 8);
const pair = fc.record({ isPositive: fc.boolean(), baseline: score, candidate: score });
const bothClasses = fc
  .array(pair, { minLength: 2, maxLength: 60 })
  .filter((pairs) => new Set(pairs.map(({ isPositive }) => isPositive)).size === 2);

/** A side of a class with its two crossed pseudo samples, and how much each of them weighs. */
type Weighed = readonly (readonly [score: number, weight: number])[];

function withPseudo(pairs: readonly RankedPair[], side: 'baseline' | 'candidate'): Weighed {
  const ends = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  if (side === 'candidate') ends.reverse();
  return [...pairs.map((each) => [each[side], 1] as const), ...ends.map((end) => [end, 0.25] as const)];
}

/** Of the weight of `others`, the share that lies below a score; ties count half. */
function share(score: number, others: Weighed): number {
  const total = others.reduce((sum, [, weight]) => sum + weight, 0);
  return (
    others.reduce((sum, [other, weight]) => sum + weight * (other < score ? 1 : other === score ? 0.5 : 0), 0) / total
  );
}

/** The slow twin, from the definition: center, variance and degrees of freedom. */
function slowEstimate(pairs: readonly RankedPair[]): { center: number; variance: number; df: number } {
  const sides = [true, false].map((wanted) => {
    const own = pairs.filter(({ isPositive }) => isPositive === wanted);
    const others = pairs.filter(({ isPositive }) => isPositive !== wanted);
    const leads = withPseudo(own, 'baseline').map(([before, weight], at) => {
      const after = withPseudo(own, 'candidate')[at]![0];
      const lead = share(after, withPseudo(others, 'candidate')) - share(before, withPseudo(others, 'baseline'));
      return [wanted ? lead : -lead, weight] as const;
    });
    const total = own.length + 0.5;
    const mean = leads.reduce((sum, [lead, weight]) => sum + weight * lead, 0) / total;
    const squares = leads.reduce((sum, [lead, weight]) => sum + weight * (lead - mean) ** 2, 0);
    const df = Math.max(total - 1, 0.25);
    return { mean, variance: squares / df / total, df };
  });
  const variance = sides[0]!.variance + sides[1]!.variance;
  const df = variance ** 2 / sides.reduce((sum, side) => sum + side.variance ** 2 / side.df, 0);
  return { center: sides[0]!.mean, variance, df };
}

describe('aucDifference', () => {
  test('is Student’s interval over DeLong’s variance with crossed pseudo samples, as a slow twin counts them', () => {
    fc.assert(
      fc.property(bothClasses, (pairs) => {
        const { center, variance, df } = slowEstimate(pairs);
        const [low, high] = aucDifference(pairs)!.interval(0.5);
        const margin = -studentQuantile(0.25, df) * Math.sqrt(variance);
        expect(low).toBeCloseTo(Math.max(-1, center - margin), 9);
        expect(high).toBeCloseTo(Math.min(1, center + margin), 9);
      }),
    );
  });

  test('what each sample adds is how far its own lead lies from the difference, as a share of its class', () => {
    fc.assert(
      fc.property(bothClasses, (pairs) => {
        const { difference, contributions } = aucDifference(pairs)!;
        expect(contributions).toHaveLength(pairs.length);
        for (const [at, own] of pairs.entries()) {
          const isOf = (isMeant: boolean) =>
            pairs.filter(({ isPositive }) => (isPositive === own.isPositive) === isMeant);
          const others = (side: 'baseline' | 'candidate') => isOf(false).map((each) => [each[side], 1] as const);
          const lead = share(own.candidate, others('candidate')) - share(own.baseline, others('baseline'));
          const expected = ((own.isPositive ? lead : -lead) - difference) / isOf(true).length;
          expect(contributions[at]).toBeCloseTo(expected, 12);
        }
      }),
    );
  });

  test('is the difference of the areas, and verdict and interval are one inversion at every border', () => {
    fc.assert(
      fc.property(
        bothClasses,
        fc.constantFrom(0.05, 0.01),
        fc.double({ min: -1, max: 1, noNaN: true }),
        (pairs, alpha, border) => {
          const found = aucDifference(pairs)!;
          const labels = pairs.map(({ isPositive }) => isPositive);
          const area = (side: 'baseline' | 'candidate') =>
            rocAuc(
              labels,
              pairs.map((each) => each[side]),
            )!;
          expect(found.difference).toBeCloseTo(area('candidate') - area('baseline'), 12);
          const [low, high] = found.interval(1 - alpha);
          expect(high).toBeGreaterThan(low);
          if (Math.min(Math.abs(border - low), Math.abs(border - high)) < 1e-9) return;
          expect(found.pvalue(border) <= alpha).toBe(border < low || border > high);
        },
      ),
    );
  });

  test('turns its sign with the sides, and no order of the samples changes it', () => {
    fc.assert(
      fc.property(bothClasses, (pairs) => {
        const found = aucDifference(pairs)!;
        const turned = aucDifference(
          pairs.map(
            ({ isPositive, baseline, candidate }): RankedPair => ({
              isPositive,
              baseline: candidate,
              candidate: baseline,
            }),
          ),
        )!;
        expect(turned.difference).toBeCloseTo(-found.difference, 12);
        expect(turned.pvalue()).toBeCloseTo(found.pvalue(), 9);
        const reversed = aucDifference([...pairs].reverse())!;
        expect([reversed.pvalue(), ...reversed.interval()]).toEqual([found.pvalue(), ...found.interval()]);
      }),
    );
  });

  test('says nothing without both classes, and cannot tell two samples apart', () => {
    expect(aucDifference([{ isPositive: true, baseline: 0.1, candidate: 0.9 }])).toBeNull();
    const two = [
      { isPositive: true, baseline: 0.1, candidate: 0.9 },
      { isPositive: false, baseline: 0.9, candidate: 0.1 },
    ];
    const found = aucDifference(two)!;
    expect(found.difference).toBe(1);
    expect(found.pvalue()).toBeGreaterThan(0.05);
  });

  test('finds a model that ranks better', () => {
    const pairs = Array.from({ length: 120 }, (_, i) => {
      const isPositive = i % 3 === 0;
      return { isPositive, baseline: (i * 37) % 120, candidate: ((i * 37) % 120) + (isPositive ? 60 : 0) };
    });
    expect(aucDifference(pairs)!.pvalue()).toBeLessThan(0.001);
  });
});
