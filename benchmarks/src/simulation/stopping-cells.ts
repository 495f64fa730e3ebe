import {
  bettingTest,
  boundedSequence,
  endsAt,
  meetsStopRule,
  type PlannedLooks,
  pairedDifference,
  plannedLooks,
  type RandomGenerator,
  type StopRule,
} from '@assay/metrics';
import type { Cell } from './cell.ts';
import { binary, drawn, GRADED, normal, type Shape } from './shapes.ts';

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

type Draw = (random: RandomGenerator) => number;

const flip =
  (win: number, loss: number): Draw =>
  (random) => {
    const at = random.random();
    return at < win ? 1 : at < win + loss ? -1 : 0;
  };

/** A share loses all, the rest win what makes up for it. */
const rareLoss =
  (share: number): Draw =>
  (random) =>
    random.random() < share ? -1 : share / (1 - share);

const LIKE: readonly (readonly [string, Draw])[] = [
  ['0/1, 15 % won, 15 % lost', flip(0.15, 0.15)],
  ['0/1, 3 % won, 3 % lost', flip(0.03, 0.03)],
  ['20 % lose 1, the rest win 0.25', rareLoss(0.2)],
  ['5 % lose 1, the rest win 0.053', rareLoss(0.05)],
  ['2 % lose 1, the rest win 0.020', rareLoss(0.02)],
  ['normal, sd 0.2', (random) => Math.max(-1, Math.min(1, 0.2 * normal(random)))],
];

const STOPS = 'Early stop of a comparison';

/** Comparisons that may end at any moment: false verdicts at any of the looks, intervals at the stop, and what is found when. */
export function pairStoppingCells(): Cell[] {
  const alarms = LIKE.flatMap(([shape, draw]) =>
    [100, 300, 1000].map((total): Cell => {
      const group = `${STOPS}: a false verdict at any moment`;
      const looks = looksOf(total);
      const once = (random: RandomGenerator) => ({ good: watched(random, draw, looks).stop === -1 });
      const quick = shape.startsWith('0/1') && total === 100;
      return { group, shape, size: `of ${total}`, measure: 'error', quick, most: total === 1000 ? 4000 : 8000, once };
    }),
  );
  const real = flip(0.2, 0.1);
  const held: Cell = {
    group: `${STOPS}: intervals at the stop`,
    shape: '0/1, 20 % won, 10 % lost',
    size: 'of 300',
    measure: 'coverage',
    once: (random) => {
      const [low, high] = watched(random, real, looksOf(300)).interval;
      return { good: low <= 0.1 && 0.1 <= high };
    },
  };
  return [...alarms, held, ...powerCells()];
}

/** What is found of 300 samples by the end, and of 600 where the run ended early; before: betting, of the same samples. */
function powerCells(): Cell[] {
  const cases: readonly (readonly [string, Draw, asked: number, total: number])[] = [
    ['0/1, 20 % won, 10 % lost', flip(0.2, 0.1), 300, 300],
    ['0/1, 60 % won, 5 % lost', flip(0.6, 0.05), 30, 600],
    ['0/1, 40 % won, 5 % lost', flip(0.4, 0.05), 60, 600],
    ['0/1, 25 % won, 10 % lost', flip(0.25, 0.1), 150, 600],
    ['0/1, 25 % won, 10 % lost', flip(0.25, 0.1), 300, 600],
  ];
  return cases.map(([shape, draw, asked, total]): Cell => {
    const looks = looksOf(total);
    const look = looks.lookBy(asked / total);
    return {
      group: `${STOPS}: power (before: betting after every pair)`,
      shape,
      size: `${asked} of ${total}`,
      measure: 'power',
      once: (random) => {
        const differences = drawn(asked, () => draw(random));
        const shares = Array.from(differences, (difference) => (difference + 1) / 2);
        const found = at(differences, looks, look).pvalue() <= looks.levelAt(look, 0.05);
        return { good: found, before: bettingTest(shares, 0.5) <= 0.05 };
      },
    };
  });
}

interface Looks extends PlannedLooks {
  readonly total: number;
}

const planned = new Map<number, Looks>();

function looksOf(total: number): Looks {
  const known = planned.get(total) ?? { ...plannedLooks(total), total };
  planned.set(total, known);
  return known;
}

/** The comparison as a look has it. */
function at(differences: Float64Array, { fractions, levelAt, total }: Looks, look: number) {
  const n = Math.floor(fractions[look]! * total + 1e-9);
  return pairedDifference(differences.subarray(0, n), { most: 1, ends: endsAt(levelAt(look, 0.05)) })!;
}

/** The first look that finds a difference, and what is printed there, or at the end. */
function watched(random: RandomGenerator, draw: Draw, looks: Looks) {
  const differences = drawn(looks.total, () => draw(random));
  const tests = looks.fractions.map((_, look) => at(differences, looks, look));
  const stop = tests.findIndex((test, look) => test.pvalue() <= looks.levelAt(look, 0.05));
  const last = stop === -1 ? tests.length - 1 : stop;
  return { stop, interval: tests[last]!.interval(1 - looks.levelAt(last, 0.05)) };
}
