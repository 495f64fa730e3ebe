import type { Summary } from 'assay/internal';
import { expect, test } from 'vitest';
import { scoreTable, stateLines } from './score-table.ts';

const states = { scored: 2, unscored: 0, truncated: 1, refused: 0, failed: 0, timed_out: 3, skipped: 0 };
const models = [{ name: 'm', runner: 'scripted:x', states, promptTokens: 0, newTokens: 0 }];

test('every state that occurs is counted, and so are rows that could not be read', () => {
  expect(stateLines({ models, dataset: { name: 'd', samples: 6, badRows: 1 } })).toBe(
    'm: 2 scored, 1 truncated, 3 timed out\n1 bad row left out',
  );
  expect(stateLines({ models, dataset: { name: 'd', samples: 6, badRows: 0 } })).not.toContain('bad');
});

const row = (score: string) => ({
  ...{ model: 'm', algorithm: 'factual_knowledge', score, category: null, n: 8, value: 0.5, interval: [0.25, 0.75] },
  ...{ confidence: 0.95, intervalMethod: 'bounded-dual', standardError: 0.1, kind: 'mean', unscored: {} },
});
const tableOf = (scores: readonly string[], columns: number): string[] =>
  scoreTable({ models, scores: scores.map(row) } as unknown as Summary, { colour: false, redraw: false, columns })
    .split('\n')
    .filter((line) => line.includes('delta'));

test('names that would be cut to the same text are cut less where the terminal has the room', () => {
  const alike = ['delta_factual_knowledge_keyboard_typos', 'delta_factual_knowledge_quasi_exact_keyboard_typos'];
  const names = tableOf(alike, 100).map((line) => line.trim().split(' ')[0]);
  expect(new Set(names).size).toBe(2);
  expect(tableOf(alike, 100).every((line) => line.length <= 100)).toBe(true);
  expect(tableOf(['delta_factual_knowledge_keyboard_typos'], 100)[0]).toContain('delta_factual_kn…_keyboard_typos');
});
