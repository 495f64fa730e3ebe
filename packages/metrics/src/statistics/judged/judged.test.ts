import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createGenerator } from '../../random/create-generator.ts';
import { boundedMean } from '../means/bounded-mean.ts';
import { Moments } from '../moments/moments.ts';
import { slowCorrectedEstimate } from './corrected-estimate.slow.ts';
import { correctedEstimate } from './corrected-estimate.ts';
import { judgeUsefulness } from './judge-usefulness.ts';
import { judgedDifference } from './judged-difference.ts';
import { judgedMean } from './judged-mean.ts';
import { expectedHalfWidth, halfWidthForGate, labelsNeeded } from './judged-plan.ts';
import type { JudgedSamples } from './judged-samples.ts';

const score = fc.oneof(fc.constantFrom(0, 1, 0.25, 0.5), fc.double({ min: 0, max: 1, noNaN: true }));

/** Labelled samples and unlabelled ones; the judge is the label with this chance, else anything. */
const samples = fc
  .record({
    labels: fc.array(score, { minLength: 1, maxLength: 50 }),
    others: fc.array(score, { maxLength: 60 }),
    binary: fc.boolean(),
    follows: fc.double({ min: 0, max: 1, noNaN: true }),
    seed: fc.nat(),
  })
  .map(({ labels, others, binary, follows, seed }): JudgedSamples => {
    const random = createGenerator(seed);
    const kept = binary ? labels.map(Math.round) : labels;
    const judged = kept.map((label) => (random.random() < follows ? label : Math.round(random.random() * 4) / 4));
    return { labels: kept, judged, judge: [...judged, ...others] };
  });
const targets = fc.constantFrom('process' as const, 'run' as const);
const width = ([low, high]: readonly [number, number]) => high - low;
const sizes = { judged: [1, 0, 1], judge: [1, 0, 1, 1, 0, 0, 1] };

describe('correctedEstimate', () => {
  test('is the weighted regression over rows that are written out', () => {
    fc.assert(
      fc.property(samples, targets, (given, target) => {
        const fast = correctedEstimate(given, target);
        const slow = slowCorrectedEstimate(given, target);
        expect(fast.lambda).toBeCloseTo(slow.lambda, 8);
        expect(fast.df).toBeCloseTo(slow.df, 12);
        expect(fast.center).toBeCloseTo(slow.center, 8);
        expect(fast.variance).toBeCloseTo(slow.variance, 8);
      }),
    );
  });

  test('takes nothing of a judge that contradicts, and of one that says one thing only', () => {
    const labels = [0, 1, 0, 1, 0, 1];
    expect(
      correctedEstimate({ labels, judged: [1, 0, 1, 0, 1, 0], judge: [1, 0, 1, 0, 1, 0, 0, 1] }, 'process').lambda,
    ).toBe(0);
    expect(correctedEstimate({ labels, judged: Array(6).fill(0.3), judge: Array(9).fill(0.3) }, 'process').lambda).toBe(
      0,
    );
  });
});

describe('judgedMean', () => {
  test('is never wider than labels alone, within the range, and holds what it prints', () => {
    fc.assert(
      fc.property(samples, targets, (given, target) => {
        const found = judgedMean(given, { target })!;
        const [low, high] = found.interval();
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(found.mean).toBeGreaterThanOrEqual(low);
        expect(found.mean).toBeLessThanOrEqual(high);
        const alone = boundedMean(Moments.of(Array.from(given.labels)))!.interval();
        if (target === 'process') expect(width([low, high])).toBeLessThanOrEqual(width(alone));
        expect(width(found.interval(0.8))).toBeLessThanOrEqual(width([low, high]));
      }),
    );
  });

  test('is labels alone, bit for bit, where the judge says one thing only', () => {
    fc.assert(
      fc.property(fc.array(score, { minLength: 1, maxLength: 40 }), (labels) => {
        const found = judgedMean({ labels, judged: labels.map(() => 0.7), judge: Array(60).fill(0.7) })!;
        expect(found.used).toBe('labels');
        expect(found.interval()).toEqual(boundedMean(Moments.of(labels))!.interval());
      }),
    );
  });

  test('no order of the samples changes a bit of the linear correction', () => {
    fc.assert(
      fc.property(samples, fc.nat(), targets, (given, seed, target) => {
        const random = createGenerator(seed);
        const order = Array.from(given.labels, (_, i) => i).sort(() => random.random() - 0.5);
        const shuffled = {
          labels: order.map((i) => given.labels[i]!),
          judged: order.map((i) => given.judged[i]!),
          judge: Array.from(given.judge).reverse(),
        };
        expect(correctedEstimate(shuffled, target)).toEqual(correctedEstimate(given, target));
      }),
    );
  });

  test('scales with the range of the score', () => {
    const labels = [0, 0.25, 1, 0.75, 0.5, 1, 0, 0.25];
    const given = { labels, judged: labels, judge: [...labels, ...labels, ...labels] };
    const wide = (values: readonly number[]) => values.map((value) => 4 * value + 1);
    const found = judgedMean(
      { labels: wide(labels), judged: wide(labels), judge: wide(given.judge) },
      { range: [1, 5] },
    )!;
    const unit = judgedMean(given)!;
    expect(found.mean).toBeCloseTo(4 * unit.mean + 1, 12);
    expect(found.interval()[0]).toBeCloseTo(4 * unit.interval()[0] + 1, 12);
    expect(found.lambda).toBeCloseTo(unit.lambda, 12);
  });

  test('all labelled: the run is known, the process is what labels say', () => {
    const labels = [1, 0, 1, 1, 0, 1, 0, 0.5];
    const given = { labels, judged: labels, judge: labels };
    expect(judgedMean(given, { target: 'run' })!.interval()).toEqual([0.5625, 0.5625]);
    expect(judgedMean(given)!.interval()).toEqual(boundedMean(Moments.of(labels))!.interval());
  });

  test('says what is not known: no labels, one, one cluster', () => {
    expect(judgedMean({ labels: [], judged: [], judge: [1, 0] })).toBeNull();
    expect(judgedMean({ labels: [1], judged: [1], judge: [1, 0, 1] })!.used).toBe('labels');
    expect(judgedMean({ labels: [1, 0, 1], ...sizes, clusters: ['a', 'a', 'a'] })!.interval()).toEqual([0, 1]);
  });

  test('refuses scores outside the range or NaN, other lengths, fewer judged than labelled, and weights of 0', () => {
    const fails = (given: JudgedSamples, code: string) =>
      expect(() => judgedMean(given)).toThrow(expect.objectContaining({ code }));
    fails({ labels: [1, 0, 2], ...sizes }, 'METRIC_OUT_OF_RANGE');
    fails({ labels: [1, Number.NaN, 0], ...sizes }, 'METRIC_OUT_OF_RANGE');
    fails({ labels: [1, 0], ...sizes }, 'METRIC_LENGTH_MISMATCH');
    fails({ labels: [1, 0, 1], judged: [1, 0, 1], judge: [1, 0] }, 'METRIC_LENGTH_MISMATCH');
    fails({ labels: [1, 0, 1], ...sizes, weights: [1, 0, 1] }, 'METRIC_INVALID_WEIGHTS');
  });
});

describe('judgedDifference', () => {
  test('its test is the dual of its interval at every level', () => {
    const gap = fc.constantFrom(-1, -0.5, 0, 0, 0.5, 1);
    const pairs = fc.array(fc.tuple(gap, gap), { minLength: 3, maxLength: 60 });
    fc.assert(
      fc.property(pairs, fc.array(gap, { maxLength: 80 }), fc.constantFrom(0.8, 0.95, 0.99), (both, others, level) => {
        const labels = both.map(([label]) => label);
        // Follows the labels in two of three.
        const judged = both.map(([label, own], i) => (i % 3 === 0 ? own : label));
        const found = judgedDifference({ labels, judged, judge: [...judged, ...others] })!;
        for (const border of [0, 0.1, -0.3]) {
          const [low, high] = found.interval(level);
          if (Math.min(Math.abs(border - low), Math.abs(border - high)) < 1e-9) continue;
          expect(found.pvalue(border) > 1 - level).toBe(low <= border && border <= high);
          if (border < low) expect(found.side(border)).toBe(1);
          if (border > high) expect(found.side(border)).toBe(-1);
        }
      }),
    );
  });

  test('swapping the models turns the sign', () => {
    const labels = [1, 0, -1, 1, 0.5, 0, 0, 1, 0, 0, 1, -1];
    const judge = [...labels, 1, 0, 0, -1, 1, 1, 1, 0, 0.5, 1, 0, 0, 0, 1, 0, 1];
    const turn = (values: readonly number[]) => values.map((value) => -value);
    const found = judgedDifference({ labels, judged: labels, judge })!;
    const turned = judgedDifference({ labels: turn(labels), judged: turn(labels), judge: turn(judge) })!;
    expect(found.method).toBe('judge');
    expect(turned.interval()[0]).toBeCloseTo(-found.interval()[1], 12);
    expect(turned.difference).toBeCloseTo(-found.difference, 12);
    expect(turned.pvalue()).toBeCloseTo(found.pvalue(), 12);
  });
});

test('a judge that follows helps, one that turns everything round contradicts, a coin is not shown to help', () => {
  const labels = Array.from({ length: 60 }, (_, i) => i % 2);
  expect(judgeUsefulness(labels, labels)!.verdict).toBe('helps');
  expect(
    judgeUsefulness(
      labels,
      labels.map((label) => 1 - label),
    )!.verdict,
  ).toBe('contradicts');
  expect(
    judgeUsefulness(
      labels,
      labels.map((_, i) => (i >> 1) % 2),
    )!.verdict,
  ).toBe('not_shown');
  expect(
    judgeUsefulness(
      labels,
      labels.map(() => 1),
    ),
  ).toBeNull();
  expect(judgeUsefulness([], [])).toBeNull();
});

describe('a plan', () => {
  test('needs fewer labels with a better judge, and never more than labels alone', () => {
    const needed = [0, 0.5, 0.71, 0.85, 0.95].map((correlation) => labelsNeeded(0.05, { samples: 5000, correlation }));
    expect(needed).toEqual([386, 301, 212, 138, 86]);
    expect(labelsNeeded(0.03, { samples: 1000, correlation: 0.95 })).toBeNull();
    expect(expectedHalfWidth(385, { samples: 5000, correlation: 0 })).toBeGreaterThan(0.05);
  });

  test('a gate is planned for with 0.70 of its distance', () => {
    expect(halfWidthForGate(0.9, 0.8)).toBeCloseTo(0.06996, 4);
    expect(() => labelsNeeded(0.05, { samples: 10, correlation: -0.2 })).toThrow('contradicts');
    expect(() => labelsNeeded(0.05, { samples: 10.5, correlation: 0 })).toThrow('whole number');
    expect(() => labelsNeeded(0.05, { samples: 10, correlation: 0, deviation: 2 })).toThrow('standard deviation');
  });
});
