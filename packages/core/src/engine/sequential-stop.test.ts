import { expect, test } from 'vitest';
import { matches } from '../../test/made-up-run.ts';
import { instantiateAlgorithm } from '../algorithms/instantiate.ts';
import type { SampleRecord } from '../journal/journal-record.ts';
import type { PlannedStop } from './run-plan.ts';
import { SequentialStop } from './sequential-stop.ts';

const instances = [instantiateAlgorithm('matches', matches, {})];
const ROWS = 400;
/** A made-up random order: row 7·p mod 400 stands at position p. */
const rows = Array.from({ length: ROWS }, (_, position) => (7 * position) % ROWS);
const positions = new Map(rows.map((row, position) => [row, position]));

function planned(changes: Partial<PlannedStop> = {}): PlannedStop {
  return {
    algorithm: 'matches',
    score: 'same',
    rule: { decidedAgainst: 0.5 },
    confidence: 0.95,
    minSamples: 10,
    order: { rows, seed: 3 } as never,
    positionOf: (row) => positions.get(row)!,
    ...changes,
  };
}

function record(row: number, same = 1, changes: Partial<SampleRecord> = {}): SampleRecord {
  const outcomes = { matches: { scores: { same, length: 3 } } };
  return { kind: 'sample', model: 'm', sample: row, digest: `${row}`, state: 'scored', outcomes, ...changes };
}

function stopWith(changes: Partial<PlannedStop> = {}): { stop: SequentialStop; counted: number[] } {
  const counted: number[] = [];
  return { stop: new SequentialStop(planned(changes), instances, ({ sample }) => counted.push(sample)), counted };
}

/** All samples in an order of arrival, until the rule has decided. */
function run(arrival: readonly number[], scoreOf: (row: number) => number, changes: Partial<PlannedStop> = {}) {
  const { stop, counted } = stopWith(changes);
  for (const row of arrival) stop.take(record(row, scoreOf(row)));
  return { stop, counted };
}

test('samples count in the recorded order, however they arrive, and the decision is the same', () => {
  const inOrder = run(rows, () => 1);
  const reversed = run([...rows].reverse(), () => 1);
  expect(inOrder.stop.isDecided).toBe(true);
  expect(reversed.counted).toEqual(inOrder.counted);
  expect(reversed.stop.summary()).toEqual(inOrder.stop.summary());
  expect(inOrder.counted).toEqual(rows.slice(0, inOrder.stop.samples));
});

test('the summary says what was decided, after how many samples, and how many were saved', () => {
  const { stop } = run(rows, () => 1);
  expect(stop.summary()).toMatchObject({
    score: 'matches.same',
    decided: true,
    samples: stop.samples,
    saved: ROWS - stop.samples,
    lastRow: rows[stop.samples - 1],
    orderSeed: 3,
    reason: expect.stringMatching(/^matches\.same lies above 0\.5 \(0\.\d+ … 1\.000\) after \d+ samples$/),
  });
  expect(run(rows, () => 0).stop.summary().reason).toMatch(/^matches\.same lies below 0\.5/);
  expect(run(rows, (row) => row % 2).stop.summary().reason).toMatch(/cannot be told from 0\.5/);
});

test('nothing is decided before the least number of samples', () => {
  for (const minSamples of [1, 60, 61]) {
    const { stop } = run(rows, () => 1, { minSamples });
    expect(stop.samples).toBeGreaterThanOrEqual(minSamples);
  }
  expect(run(rows, () => 1, { minSamples: 60 }).stop.samples).toBe(60);
});

test('a half-width is met once the interval is narrow enough, and said to be known', () => {
  const { stop } = run(rows, () => 1, { rule: { halfWidth: 0.1 } });
  expect(stop.summary().reason).toMatch(/^matches\.same is known to ± 0\.1 /);
  const known = stop.sequence('matches', null, 'same')!;
  expect(known.upper - known.lower).toBeLessThanOrEqual(0.2);
  expect(run(rows.slice(0, 12), (row) => row % 2, { rule: { halfWidth: 0.1 } }).stop.summary().reason).toMatch(
    /is not known to ± 0\.1 /,
  );
});

test('a sample that is missing in the order holds back all behind it; a row that cannot be read does not', () => {
  const { stop, counted } = stopWith();
  for (const row of rows.slice(1, 5)) stop.take(record(row));
  expect([stop.samples, counted]).toEqual([0, []]);
  stop.skip(rows[0]!);
  expect(counted).toEqual(rows.slice(1, 5));
  expect(stop.counts(rows[4]!)).toBe(true);
  expect(stop.counts(rows[5]!)).toBe(false);
  stop.skip(rows[2]!);
  stop.take(record(rows[5]!));
  expect(stop.samples).toBe(5);
});

test('failures that wait for their turn are counted until it comes', () => {
  const { stop } = stopWith();
  stop.take(record(rows[1]!, 0, { state: 'failed', outcomes: {} }));
  stop.take(record(rows[2]!, 0, { state: 'timed_out', outcomes: {} }));
  expect(stop.waitingFailures).toBe(2);
  stop.take(record(rows[0]!));
  expect([stop.waitingFailures, stop.samples]).toEqual([0, 3]);
});

test('after the decision nothing counts any more', () => {
  const { stop, counted } = run(rows, () => 1);
  const before = counted.length;
  expect(before).toBeLessThan(ROWS);
  stop.take(record(rows[before]!));
  stop.skip(rows[before]!);
  expect([counted.length, stop.waitingFailures, stop.counts(rows[before]!)]).toEqual([before, 0, false]);
});

test('a score that leaves its range decides nothing', () => {
  const { stop } = run(rows, (row) => (row === rows[3] ? 2 : 1));
  expect(stop.isDecided).toBe(false);
  expect(stop.sequence('matches', null, 'same')).toBeUndefined();
  expect(stop.summary().reason).toBe(`nothing is known of matches.same after ${ROWS} samples`);
});

test('categories have sequences of their own, scores without bounds none, and texts are not kept', () => {
  const { stop } = stopWith({ minSamples: ROWS });
  for (const [at, row] of rows.slice(0, 30).entries()) {
    stop.take(record(row, at % 3 === 0 ? 1 : 0, { category: at % 3 === 0 ? 'a' : 'b', input: 'long' }));
  }
  expect(stop.sequence('matches', null, 'same')?.n).toBe(30);
  expect(stop.sequence('matches', 'a', 'same')?.n).toBe(10);
  expect(stop.sequence('matches', 'a', 'same')!.lower).toBeGreaterThan(stop.sequence('matches', 'b', 'same')!.upper);
  expect(stop.sequence('matches', null, 'length')).toBeUndefined();
});

test('a sample that was not scored counts, and moves no score', () => {
  const { stop } = stopWith();
  stop.take(record(rows[0]!, 0, { state: 'unscored', outcomes: { matches: { unscored: 'no_output' } } as never }));
  expect([stop.samples, stop.sequence('matches', null, 'same')]).toEqual([1, undefined]);
});

const historyOf = (predictions: number[]) => ({
  runs: 2,
  rows: 399,
  predictions: Float64Array.from(predictions),
  sha256: 'x',
});

test('where earlier runs predict the score, rows without one are told to the sequence too, and the summary says so', () => {
  const history = historyOf(rows.map((row) => row % 2));
  const scored = run(rows, (row) => row % 2, { history, minSamples: ROWS });
  // Right predictions of every row leave nothing to doubt in the end.
  const known = scored.stop.sequence('matches', null, 'same')!;
  expect(known.upper - known.lower).toBeLessThan(0.02);
  expect(scored.stop.summary()).toMatchObject({ history: { runs: 2, rows: 399 } });
  expect(run(rows, () => 1).stop.summary()).not.toHaveProperty('history');
  const unscored = { state: 'unscored', outcomes: { matches: { unscored: 'no_output' } } } as never;
  const half = stopWith({ history, minSamples: ROWS }).stop;
  for (const [at, row] of rows.entries()) {
    if (at % 4 === 3) half.skip(row);
    else half.take(record(row, row % 2, at % 4 === 2 ? unscored : {}));
  }
  // Every row of the data set has been told: a further one is more than there are.
  const sequence = half.sequence('matches', null, 'same')!;
  expect(sequence.n).toBe(ROWS / 2);
  expect(half.samples).toBe((3 * ROWS) / 4);
  expect(sequence.lower).toBeLessThanOrEqual(sequence.estimate!);
  expect(sequence.upper).toBeGreaterThanOrEqual(sequence.estimate!);
});

test('predictions are of the deciding score alone, in every sample and in no category', () => {
  const { stop } = stopWith({ history: historyOf(rows.map(() => 1)), minSamples: ROWS });
  for (const row of rows.slice(0, 20)) stop.take(record(row, 1, { category: 'a' }));
  expect(stop.sequence('matches', null, 'same')?.estimate).toBeDefined();
  expect(stop.sequence('matches', 'a', 'same')?.estimate).toBeUndefined();
  const elsewhere = stopWith({ history: historyOf(rows.map(() => 1)), score: 'gone' }).stop;
  elsewhere.take(record(rows[0]!));
  expect(elsewhere.sequence('matches', null, 'gone')).toBeUndefined();
  const gone = stopWith({ history: historyOf(rows.map(() => 1)), algorithm: 'gone' }).stop;
  gone.take(record(rows[0]!));
  expect(gone.summary().reason).toBe('nothing is known of gone.same after 1 samples');
});

test('a row that is skipped behind its place, or a sample of another state, changes nothing', () => {
  const { stop, counted } = stopWith();
  for (const row of rows.slice(0, 3)) stop.take(record(row));
  stop.skip(rows[0]!);
  stop.take(record(rows[4]!, 0, { state: 'refused', outcomes: {} }));
  expect([stop.waitingFailures, stop.samples, counted.length]).toEqual([0, 3, 3]);
  stop.take(record(rows[3]!));
  expect(stop.samples).toBe(5);
});

test('a score of two values at other ends than 0 and 1, and of a wide range, is known in its own units', () => {
  const wide = { ...instances[0]!, scores: { same: { ...instances[0]!.scores.same!, range: [-2, 2] as const } } };
  const stop = new SequentialStop(planned({ rule: { halfWidth: 0.4 }, minSamples: ROWS }), [wide as never], () => {});
  for (const row of rows) stop.take(record(row, row % 2 === 0 ? 2 : -2));
  const known = stop.sequence('matches', null, 'same')!;
  expect(known.lower).toBeGreaterThan(-1);
  expect(known.lower).toBeLessThan(0);
  expect(known.upper).toBeGreaterThan(0);
  expect(known.upper).toBeLessThan(1);
  // A half-width of a two-hundredth of the range is told apart: the grid is finer than a thousand steps.
  const fine = new SequentialStop(planned({ rule: { halfWidth: 0.002 }, minSamples: 1 }), [wide as never], () => {});
  for (const row of rows.slice(0, 50)) fine.take(record(row, row % 2 === 0 ? 1.5 : -1.5));
  const { lower, upper } = fine.sequence('matches', null, 'same')!;
  const step = 4 / Math.ceil((4 * 4) / 0.002);
  for (const end of [lower, upper]) expect((end + 2) / step).toBeCloseTo(Math.round((end + 2) / step), 6);
});
