import { expect, test } from 'vitest';
import { stateLines } from './score-table.ts';

const states = { scored: 2, unscored: 0, truncated: 1, refused: 0, failed: 0, timed_out: 3, skipped: 0 };
const models = [{ name: 'm', runner: 'scripted:x', states, promptTokens: 0, newTokens: 0 }];

test('every state that occurs is counted, and so are rows that could not be read', () => {
  expect(stateLines({ models, dataset: { name: 'd', samples: 6, badRows: 1 } })).toBe(
    'm: 2 scored, 1 truncated, 3 timed out\n1 bad row left out',
  );
  expect(stateLines({ models, dataset: { name: 'd', samples: 6, badRows: 0 } })).not.toContain('bad');
});
