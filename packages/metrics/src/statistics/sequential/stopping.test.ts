import { describe, expect, test } from 'vitest';
import { createGenerator } from '../../random/create-generator.ts';
import type { RandomGenerator } from '../../random/random-generator.ts';
import { bettingTest } from './betting-test.ts';
import { boundedSequence } from './bounded-sequence.ts';
import { meetsStopRule, type StopRule } from './stop-rule.ts';

const RUNS = 10_000;
const CONFIDENCE = 0.9;
const ALPHA = 1 - CONFIDENCE;

interface Scores {
  readonly name: string;
  readonly binary?: true;
  readonly range?: readonly [number, number];
  readonly mean: number;
  readonly draw: (random: RandomGenerator) => number;
}

const distributions: readonly Scores[] = [
  { name: 'passes, 1 in 2', binary: true, mean: 0.5, draw: (random) => (random.random() < 0.5 ? 1 : 0) },
  { name: 'passes, 1 in 20', binary: true, mean: 0.05, draw: (random) => (random.random() < 0.05 ? 1 : 0) },
  { name: 'skewed to the left end', mean: 1 / 7, draw: (random) => random.random() ** 6 },
  { name: 'skewed, on 1 to 5', range: [1, 5], mean: 4.2, draw: (random) => 5 - 4 * random.random() ** 4 },
  { name: 'rare and large', mean: 0.03, draw: (random) => (random.random() < 0.03 ? 1 : 0) },
  { name: 'two heaps', mean: 0.37, draw: (random) => (random.random() < 0.7 ? 0.1 : 1) },
];

interface Ends {
  /** The reported interval misses the mean, or the decision is on the wrong side of it. */
  readonly wrong: number;
  /** Runs that decided before their last sample. */
  readonly early: number;
}

/** Runs that look after every sample and stop when the rule is met, at the latest after `most` samples. */
function simulate({ name, binary, range, mean, draw }: Scores, rule: StopRule, least: number, most: number): Ends {
  const random = createGenerator(`${name} ${JSON.stringify(rule)}`);
  let wrong = 0;
  let early = 0;
  for (let run = 0; run < RUNS; run++) {
    const sequence = boundedSequence({
      confidence: CONFIDENCE,
      resolution: 200,
      ...(binary === undefined ? {} : { binary }),
      ...(range === undefined ? {} : { range }),
    });
    let decided = false;
    while (!decided && sequence.n < most) {
      const interval = sequence.add(draw(random));
      decided = sequence.n >= least && meetsStopRule(interval, rule);
    }
    if (decided) early++;
    if (mean < sequence.lower || mean > sequence.upper) wrong++;
    else if (decided && 'decidedAgainst' in rule && rule.decidedAgainst === mean) wrong++;
  }
  return { wrong, early };
}

describe(`of ${RUNS} runs that stop when they please, at most α are wrong`, () => {
  test.each(distributions)('half_width: the interval at the stop holds the mean of $name', (scores) => {
    const [from, to] = scores.range ?? [0, 1];
    const { wrong, early } = simulate(scores, { halfWidth: 0.2 * (to - from) }, 10, 120);
    expect(wrong / RUNS).toBeLessThanOrEqual(ALPHA);
    expect(early).toBeGreaterThan(RUNS / 2);
  });

  test.each(distributions)('decided_against: the very mean of $name is rarely ruled out', (scores) => {
    const { wrong, early } = simulate(scores, { decidedAgainst: scores.mean }, 10, 80);
    expect(wrong / RUNS).toBeLessThanOrEqual(ALPHA);
    expect(early / RUNS).toBeLessThanOrEqual(ALPHA);
  });

  test.each(distributions)(
    'decided_against: a value far from the mean of $name is decided, on its right side',
    (scores) => {
      const [from, to] = scores.range ?? [0, 1];
      const far = scores.mean + (scores.mean > (from + to) / 2 ? -0.35 : 0.35) * (to - from);
      const { wrong, early } = simulate(scores, { decidedAgainst: far }, 10, 120);
      expect(wrong / RUNS).toBeLessThanOrEqual(ALPHA);
      expect(early).toBeGreaterThan(0.9 * RUNS);
    },
  );

  test('looking at a fixed-size interval after every sample is wrong far more often, so the simulation can fail', () => {
    const random = createGenerator('peeking');
    let wrong = 0;
    for (let run = 0; run < 2000; run++) {
      let sum = 0;
      for (let n = 1; n <= 120; n++) {
        sum += random.random() < 0.5 ? 1 : 0;
        const margin = 1.645 * Math.sqrt(0.25 / n);
        if (n >= 10 && Math.abs(sum / n - 0.5) > margin) {
          wrong++;
          break;
        }
      }
    }
    expect(wrong / 2000).toBeGreaterThan(2 * ALPHA);
  });
});

test('the betting test is wrong at no time in more than α of the runs, however they are drawn', () => {
  for (const { draw, mean, range = [0, 1] } of distributions) {
    const random = createGenerator('betting test');
    let wrong = 0;
    for (let run = 0; run < 2000; run++) {
      const values = Array.from({ length: 100 }, () => (draw(random) - range[0]!) / (range[1]! - range[0]!));
      const truth = (mean - range[0]!) / (range[1]! - range[0]!);
      if (bettingTest(values, truth, { confidence: CONFIDENCE }) <= ALPHA) wrong++;
    }
    expect(wrong / 2000).toBeLessThanOrEqual(ALPHA);
  }
});
