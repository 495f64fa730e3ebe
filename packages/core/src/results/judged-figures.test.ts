import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Aggregate, defineAlgorithm } from '../algorithms/algorithm.ts';
import type { JudgedCorpusFigure } from '../algorithms/corpus-figure.ts';
import { instantiateAlgorithm } from '../algorithms/instantiate.ts';
import { Accumulator } from './accumulator.ts';
import { AggregateUnits } from './aggregate-units.ts';
import { judgedKnown } from './score-interval.ts';
import { type StopFigures, summariseModel } from './summarise.ts';
import type { StopSummary } from './summary.ts';

type Unit = JudgedCorpusFigure['units'][number];

/** One sample that the judge scored, with a label where a human said one. */
const unit = (at: number, score: number, label?: number): Unit => ({
  labelled: label === undefined ? [] : [[`s${at}`, label, score]],
  scores: [[score, 1]],
});
const figureOf = (units: readonly Unit[], of: JudgedCorpusFigure['of'] = 'labels'): JudgedCorpusFigure => ({
  ...{ kind: 'judged', of, units, range: [0, 1] },
});
const judge = {
  scores: { agreed: { range: [0, 1], better: 'higher', kind: 'bounded', summary: '' } },
  empty: () => [],
  add: (state: readonly Unit[], one: Unit) => [...state, one],
  merge: (one: readonly Unit[], other: readonly Unit[]) => [...one, ...other],
  result: () => ({ agreed: 0.123 }),
  corpus: (states: readonly (readonly Unit[])[]) => ({ agreed: figureOf(states.flat()) }),
} as unknown as Aggregate;

function partsOf(units: readonly Unit[], clusterOf?: (at: number) => string): AggregateUnits {
  const parts = new AggregateUnits(judge);
  for (const [at, one] of units.entries()) parts.add(one, `${at}`, clusterOf?.(at));
  return parts;
}

const LABELS = [1, 1, 0, 1, 0, 1, 1, 0, 1, 1];
const labelled = LABELS.map((label, at) => unit(at, at % 4 === 0 ? 1 - label : label, label));
const unlabelled = Array.from({ length: 40 }, (_, at) => unit(100 + at, at % 2));

test('labels alone are a mean of so many labels; corrected by the judge it speaks of all samples, and says by how much', () => {
  const alone = judgedKnown(figureOf(labelled), partsOf(labelled), 0.95);
  expect(alone).toMatchObject({ value: 0.7, n: LABELS.length, intervalMethod: 'blaker', standardError: null });
  expect(alone).not.toHaveProperty('correction');
  const all = [...labelled, ...unlabelled];
  const corrected = judgedKnown(figureOf(all, 'corrected'), partsOf(all), 0.95);
  expect(corrected.n).toBe(all.length);
  expect(corrected.correction).toMatchObject({ labelled: LABELS.length });
  expect(corrected.interval![0]).toBeLessThan(corrected.value!);
  expect(corrected.interval![1]).toBeGreaterThan(corrected.value!);
  const wider = judgedKnown(figureOf(labelled), partsOf(labelled), 0.99);
  expect(wider.interval![0]).toBeLessThan(alone.interval![0]);
});

test('without labels, without samples, or of a slope over clusters nothing is known, and the reason is said', () => {
  const why = (units: readonly Unit[], of?: JudgedCorpusFigure['of'], clusterOf?: (at: number) => string) => {
    const { value, n, interval, intervalMissing } = judgedKnown(figureOf(units, of), partsOf(units, clusterOf), 0.95);
    expect([value, n, interval]).toEqual([null, 0, null]);
    return intervalMissing;
  };
  expect(why([])).toBe('no_samples');
  expect(why(unlabelled)).toBe('no_labels');
  expect(why([...unlabelled, unit(1, 1, 1)], 'slope', () => 'c')).toBe('clusters');
  expect(why(unlabelled, 'slope', () => 'c')).toBe('no_labels');
  expect(why([unit(1, 1, 1)], 'slope')).toBe('undefined');
});

const algorithm = defineAlgorithm({
  name: 'judged',
  summary: '',
  options: z.strictObject({}),
  needs: () => [],
  scores: () => ({}),
  aggregates: () => ({ judge }),
  score: () => ({ unscored: 'unused' }),
  signature: () => 'judged|v1',
});

test('a summary tells the figure by labels, not the judge’s own, and none of a run that may end early', () => {
  const instances = [instantiateAlgorithm('judged', algorithm, {})];
  const accumulator = new Accumulator(instances);
  for (const [at, one] of labelled.entries()) {
    accumulator.add({
      ...{ kind: 'sample', model: 'm', sample: at, digest: `${at}`, state: 'scored' },
      outcomes: { judged: { scores: {}, statistics: { judge: one } } },
    });
  }
  const [row] = summariseModel('m', 'r', accumulator, instances).scores;
  expect(row).toMatchObject({ score: 'agreed', from: 'aggregate', value: 0.7, n: 10, intervalMethod: 'blaker' });
  const stop: StopFigures = { summary: () => ({ confidence: 0.95 }) as StopSummary, sequence: () => undefined };
  const [early] = summariseModel('m', 'r', accumulator, instances, stop).scores;
  expect(early).toMatchObject({ value: 0.7, interval: null, intervalMethod: null, intervalMissing: 'early_stop' });
});
