import {
  bettingTest,
  boundedSequence,
  meetsStopRule,
  pairedDifference,
  type RandomGenerator,
  type StopRule,
  spendingLevels,
} from '@assay/metrics';
import type { Cell } from './cell.ts';
import { binary, GRADED, normal, type Shape } from './shapes.ts';

const MOST_SAMPLES = 400;

const RULES: readonly (readonly [string, (mean: number) => StopRule])[] = [
  ['half width 0.1', () => ({ halfWidth: 0.1 })],
  ['told from its own mean', (mean) => ({ decidedAgainst: mean })],
];

/** Runs that end as soon as their rule is met, within 400 samples: how often the interval at the stop misses. */
export function stoppingCells(): Cell[] {
  const shapes = [binary(0.5), binary(0.95), GRADED[0]!, GRADED[2]!];
  return shapes.flatMap((shape) =>
    RULES.map(
      ([rule, ruleOf]): Cell => ({
        group: 'Early stop: intervals at the stop that miss',
        shape: shape.name,
        size: rule,
        measure: 'error',
        quick: shape.name.startsWith('0/1'),
        most: 400,
        once: (random) => ({ good: stopped(shape, ruleOf(shape.mean), () => shape.draw(random)) }),
      }),
    ),
  );
}

function stopped({ name, mean }: Shape, rule: StopRule, draw: () => number): boolean {
  const sequence = boundedSequence({ binary: name.startsWith('0/1'), resolution: 200 });
  for (let i = 0; i < MOST_SAMPLES && !(i >= 30 && meetsStopRule(sequence, rule)); i++) sequence.add(draw());
  return sequence.lower <= mean && mean <= sequence.upper;
}

/** Looks at a comparison of 300 pairs, by the levels that O'Brien and Fleming's spending leaves each. */
const LOOKS = [60, 120, 180, 240, 300];
const LEVELS = spendingLevels(LOOKS.map((look) => look / 300));

/** Comparisons that may end at any of five looks: false verdicts, intervals at the stop, and how often a difference is found. */
export function pairStoppingCells(): Cell[] {
  const flip = (win: number, loss: number) => (random: RandomGenerator) => {
    const at = random.random();
    return at < win ? 1 : at < win + loss ? -1 : 0;
  };
  const like: readonly (readonly [string, (random: RandomGenerator) => number])[] = [
    ['0/1, 15 % won, 15 % lost', flip(0.15, 0.15)],
    ['0/1, 3 % won, 3 % lost', flip(0.03, 0.03)],
    ['5 % lose 1, the rest win 0.053', (random) => (random.random() < 0.05 ? -1 : 0.05 / 0.95)],
    ['normal, sd 0.2', (random) => Math.max(-1, Math.min(1, 0.2 * normal(random)))],
  ];
  const alarms = like.map(([shape, draw]): Cell => {
    const once = (random: RandomGenerator) => ({ good: !looked(random, draw).found });
    const group = 'Early stop of a comparison, five looks: false verdicts';
    return { group, shape, size: 'up to 300', measure: 'error', quick: shape.startsWith('0/1'), once };
  });
  const real = flip(0.2, 0.1);
  const common = { shape: '0/1, 20 % won, 10 % lost', size: 'up to 300' };
  return [
    ...alarms,
    {
      ...common,
      group: 'Early stop of a comparison, five looks: intervals at the stop',
      measure: 'coverage',
      once: (random) => {
        const [low, high] = looked(random, real).interval;
        return { good: low <= 0.1 && 0.1 <= high };
      },
    },
    {
      ...common,
      group: 'Early stop of a comparison, five looks: power (before: betting after every pair)',
      measure: 'power',
      once: (random) => {
        const { found, differences } = looked(random, real);
        const shares = Array.from(differences, (difference) => (difference + 1) / 2);
        return { good: found, before: bettingTest(shares, 0.5) <= 0.05 };
      },
    },
  ];
}

function looked(random: RandomGenerator, draw: (random: RandomGenerator) => number) {
  const differences = Float64Array.from({ length: 300 }, () => draw(random));
  const tests = LOOKS.map((look) => pairedDifference(differences.subarray(0, look), { most: 1 })!);
  const stop = tests.findIndex((test, k) => test.pvalue() <= LEVELS[k]!);
  const at = stop === -1 ? LOOKS.length - 1 : stop;
  return { found: stop !== -1, interval: tests[at]!.interval(1 - LEVELS[at]!), differences };
}
