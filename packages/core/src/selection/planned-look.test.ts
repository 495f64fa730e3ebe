import { plannedLooks } from '@assay/metrics';
import { expect, test } from 'vitest';
import { orderRows } from '../datasets/row-order.ts';
import type { StopSummary } from '../results/summary.ts';
import { type ModelScores, modelScores } from './model-scores.ts';
import { atPlannedLook, lastLookLevel } from './planned-look.ts';
import { pairSamples } from './sample-pairs.ts';
import { FIXED_METHOD } from './score-difference.ts';

const TOTAL = 200;

/** A model that was asked the first `asked` rows of the random order, of all that there are. */
function side(model: string, asked = TOTAL, changes: Partial<StopSummary> | null = {}): ModelScores {
  const rows = orderRows(
    Array.from({ length: TOTAL }, (_, row) => row),
    changes?.orderSeed ?? 5,
  ).rows.slice(0, asked);
  const samples = rows.map((index) => ({
    index,
    digest: `${index}`,
    category: null,
    cluster: null,
    scores: { 'a.s': 1 },
  }));
  const stop = { minSamples: 30, samples: asked, saved: TOTAL - asked, orderSeed: 5, ...changes } as StopSummary;
  return { ...modelScores(model, samples), ...(changes === null ? {} : { stop }) };
}

/** The rows that a look keeps. */
function rowsAt(baseline: ModelScores, candidate: ModelScores): number[] {
  const { pairs } = atPlannedLook(pairSamples(baseline, candidate));
  return [...pairs.places[0]].map((place) => baseline.rows[place]!);
}

const order = orderRows(
  Array.from({ length: TOTAL }, (_, row) => row),
  5,
).rows;
const { fractions } = plannedLooks(TOTAL, 30);
/** Rows that have come by each look. */
const sizes = fractions.map((share) => Math.floor(share * TOTAL + 1e-6));
/** Rows that the last look has that is complete after so many. */
const sizeBy = (asked: number) => sizes[fractions.findLastIndex((share) => share * TOTAL <= asked + 1e-9)]!;
const sorted = (rows: readonly number[]) => [...rows].sort((a, b) => a - b);

test('two models that could not end early are compared as they are', () => {
  const pairs = pairSamples(side('b', TOTAL, null), side('a', TOTAL, null));
  const looked = atPlannedLook(pairs);
  expect(looked.pairs).toBe(pairs);
  expect(looked.method).toBe(FIXED_METHOD);
});

test('the last look that is complete counts, with the rows that had come by then, wherever the run ended', () => {
  for (const asked of [sizes[0]!, sizes[1]! - 1, sizes[1]!, sizes[3]! + 2, TOTAL - 1, TOTAL]) {
    const expected = sizeBy(asked);
    expect(sorted(rowsAt(side('b', asked), side('a', asked)))).toEqual(sorted(order.slice(0, expected)));
  }
  expect(rowsAt(side('b', 120), side('a', 60)).length).toBe(sizeBy(60));
});

test('before the first look nothing can be said, and that is told', () => {
  const pairs = pairSamples(side('b', 29), side('a', 29));
  const { method, pairs: kept } = atPlannedLook(pairs);
  expect(kept).toBe(pairs);
  expect(method).toMatchObject({
    words: 'ended before the first planned look',
    caveat: 'the run ended before its first planned look',
  });
  const found = method.of({ method: 'paired-ends', n: 29, difference: 0.25 } as never, 1);
  expect([found.n, found.difference, found.interval(), found.pvalue()]).toEqual([29, 0.25, [-1, 1], 1]);
  expect(atPlannedLook(pairs)).toBe(atPlannedLook(pairs));
});

test('a run that asked for more samples first looks no sooner', () => {
  const [first] = plannedLooks(TOTAL, 80).fractions.map((share) => Math.round(share * TOTAL));
  expect(first).toBe(80);
  const later = { minSamples: 80 };
  const { method } = atPlannedLook(pairSamples(side('b', 79, later), side('a', 79, later)));
  expect(method.caveat).toBe('the run ended before its first planned look');
  expect(rowsAt(side('b', 85, later), side('a', 85)).length).toBe(80);
  expect(rowsAt(side('b', 85, { minSamples: 5 }), side('a', 85, { minSamples: 5 })).length).toBe(sizeBy(85));
});

test('of a model that was asked all rows, the ones that the other had been asked by the look count', () => {
  const whole = side('b', TOTAL, null);
  const asked = sizes[2]! + 1;
  expect(sorted(rowsAt(whole, side('a', asked)))).toEqual(sorted(order.slice(0, sizes[2])));
  expect(sorted(rowsAt(side('a', asked), whole))).toEqual(sorted(order.slice(0, sizes[2])));
});

test('of two random orders a pair has come when both have come to it', () => {
  const [first, second] = [side('b', 150), side('a', 150, { orderSeed: 9 })];
  const rows = rowsAt(first, second);
  const share = fractions.findLast((each) => each <= 0.75 ** 2)!;
  const others = orderRows(
    Array.from({ length: TOTAL }, (_, row) => row),
    9,
  ).rows;
  const reached = (rowsInOrder: readonly number[]) =>
    new Set(rowsInOrder.slice(0, Math.floor(Math.sqrt(share) * TOTAL + 1e-6)));
  const [early, late] = [reached(order), reached(others)];
  expect(sorted(rows)).toEqual(sorted([...early].filter((row) => late.has(row))));
});

test('figures of a look are those of the pairs, at the level that all looks together leave it', () => {
  const asked = sizes[2]! + 1;
  const { method } = atPlannedLook(pairSamples(side('b', asked), side('a', asked)));
  expect(method.words).toBe(
    `valid at an early stop: the look after ${Math.round(fractions[2]! * TOTAL)} of ${TOTAL} samples`,
  );
  const looks = plannedLooks(TOTAL, 30);
  const levels: number[] = [];
  const found = method.of(
    {
      ...{ method: 'paired-ends', n: asked, difference: 0.1 },
      interval: (confidence: number) => {
        levels.push(1 - confidence);
        return [0, 0.2];
      },
      pvalue: (border: number | undefined) => (border === 0.5 ? 0.2 : 0.001),
    } as never,
    1,
  );
  expect(found.interval()).toEqual([0, 0.2]);
  found.interval(0.8);
  expect(levels).toEqual([0.05, 0.2].map((alpha) => expect.closeTo(looks.levelAt(2, alpha), 12)));
  expect(found.pvalue()).toBeCloseTo(looks.errorAt(2, 0.001), 12);
  expect(found.pvalue(0.5)).toBeCloseTo(looks.errorAt(2, 0.2), 12);
  expect(method.endsFor(0.05)).toBeGreaterThan(1.25);
});

test('the last look is left the level that the looks before it leave', () => {
  const looks = plannedLooks(300, 30);
  expect(lastLookLevel(300, 0.05)).toBeCloseTo(looks.levelAt(looks.fractions.length - 1, 0.05), 12);
  expect(lastLookLevel(300, 0.05)).toBeLessThan(0.05);
  expect([lastLookLevel(0, 0.05), lastLookLevel(1, 0.05)]).toEqual([expect.closeTo(0.05, 9), expect.closeTo(0.05, 9)]);
});
