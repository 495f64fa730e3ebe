import type { Summary } from '@assay/core';
import { expect, test } from 'vitest';
import { statesSection } from './states-section.ts';

test('a model that failed in the middle says why, as text, and how many samples it left', () => {
  const states = { scored: 200, unscored: 0, truncated: 0, refused: 0, failed: 0, timed_out: 0, skipped: 400 };
  const failure = { code: 'RUNNER_CIRCUIT_OPEN', message: 'down; the last: <b>busy</b>' } as const;
  const model = { name: 'weak', runner: '', states, promptTokens: 0, newTokens: 0, failure };
  const summary = { dataset: { name: 'd', samples: 600, badRows: 0 }, models: [model] } as unknown as Summary;
  const text = statesSection(summary, new Map()).markup;
  expect(text).toContain('weak was not finished, and 400 samples are in none of its figures');
  expect(text).toContain('RUNNER_CIRCUIT_OPEN down; the last: &lt;b&gt;busy');
  expect(text).toContain('>skipped</th>');
});
