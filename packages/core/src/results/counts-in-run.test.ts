import { expect, test } from 'vitest';
import { rowComparer } from '../datasets/row-order.ts';
import { countsInRun } from './counts-in-run.ts';
import type { ModelSummary } from './summary.ts';

const ORDER_SEED = 5;
const rows = Array.from({ length: 20 }, (_, row) => row).sort(rowComparer(ORDER_SEED));

function model(name: string, stop?: { readonly decided: boolean; readonly lastRow: number | null }): ModelSummary {
  return {
    name,
    ...(stop === undefined ? {} : { stop: { ...stop, orderSeed: ORDER_SEED } }),
  } as unknown as ModelSummary;
}

test('the rows up to the one that decided count, in the order of the run', () => {
  const counts = countsInRun([model('m', { decided: true, lastRow: rows[7]! })]);
  expect(rows.filter((row) => counts('m', row))).toEqual(rows.slice(0, 8));
});

test('a run that was stopped before any row has none', () => {
  const counts = countsInRun([model('m', { decided: true, lastRow: null })]);
  expect(rows.some((row) => counts('m', row))).toBe(false);
});

test.each([
  ['without a stop rule', model('m')],
  ['that came to its end undecided', model('m', { decided: false, lastRow: rows[7]! })],
])('all rows of a run %s count', (_, summary) => {
  const counts = countsInRun([summary, model('other', { decided: true, lastRow: rows[0]! })]);
  expect(rows.every((row) => counts('m', row))).toBe(true);
  expect(rows.filter((row) => counts('other', row))).toEqual([rows[0]]);
});
