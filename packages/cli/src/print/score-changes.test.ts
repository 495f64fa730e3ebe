import type { ScoreSummary, Summary } from 'assay/internal';
import { expect, test } from 'vitest';
import { scoreChanges } from './score-changes.ts';

const summary = (rows: readonly Partial<ScoreSummary>[]): Summary =>
  ({
    scores: rows.map((row) => ({ model: 'm', algorithm: 'qa', category: null, n: 10, ...row })),
  }) as unknown as Summary;

test('scores that moved, came and went stand in a line each, the rest in none', () => {
  const before = summary([
    { score: 'same', value: 0.5 },
    { score: 'up', value: 0.25 },
    { score: 'gone', value: 1 },
    { score: 'up', value: 0.9, category: 'kind' },
  ]);
  const after = summary([
    { score: 'same', value: 0.5 },
    { score: 'up', value: 0.5, n: 12 },
    { score: 'new', value: null, n: 0 },
  ]);
  expect(scoreChanges(before, after)).toBe(`
against the run before
  qa.up     m   0.250 → 0.500   +0.250   n 10 → 12
  qa.new    m   – → –           new
  qa.gone   m   1.000 → –       gone
`);
  expect(scoreChanges(after, after)).toBe('\nno score changed against the run before\n');
});
