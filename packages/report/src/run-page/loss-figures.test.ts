import type { Summary } from '@assay/core';
import { expect, test } from 'vitest';
import { caveatOf, lossFigures } from './loss-figures.ts';

const states = { scored: 200, unscored: 0, truncated: 0, refused: 0, failed: 0, timed_out: 0, skipped: 400 };
const failure = { code: 'RUNNER_CIRCUIT_OPEN', message: 'down; the last: <b>busy</b>' } as const;
const model = { name: 'weak', runner: '', states, promptTokens: 0, newTokens: 0, failure };
const summary = { dataset: { name: 'd', samples: 600, badRows: 2 }, models: [model] } as unknown as Summary;

test('a model that failed in the middle says why, and how many samples it left', () => {
  const { states: shown, models, notes } = lossFigures(summary);
  expect([shown, models]).toEqual([['scored', 'skipped'], [{ counts: [200, 400], cut: 0 }]]);
  expect(notes[0]).toBe(
    'weak was not finished, and 400 samples are in none of its figures: RUNNER_CIRCUIT_OPEN down; the last: <b>busy</b>',
  );
  expect(notes[1]).toBe('2 rows of the dataset could not be read and are in no figure.');
});

test('the caveat counts what is in no score, and is not there where there is nothing to count', () => {
  expect(caveatOf(summary)).toBe('Of 600 answers, 400 skipped are in no score.');
  expect(caveatOf({ ...summary, models: [{ ...model, states: { ...states, skipped: 0 } }] })).toBeNull();
});
