import { expect, test } from 'vitest';
import { rankingTable } from './ranking-table.ts';

const terminal = { colour: false, redraw: false, columns: 80 };
const rank = (model: string, best: number, worst: number, value: number) => ({ model, best, worst, value, n: 50 });

test('each model stands with its places, its figure and its samples', () => {
  const ranks = [rank('first', 1, 1, 0.9), rank('second', 2, 3, 0.5), rank('third', 2, 3, 0.4)];
  expect(rankingTable([{ algorithm: 'qa', score: 'f1', ranks }], terminal)).toBe(
    [
      '',
      'qa.f1',
      '  1      first       0.900   n 50',
      '  2–3    second      0.500   n 50',
      '  2–3    third       0.400   n 50',
    ].join('\n'),
  );
});

test('scores that tell no model from another are counted on one line', () => {
  const ranks = [rank('first', 1, 2, 0.9), rank('second', 1, 2, 0.8)];
  const open = ['f1', 'exact', 'recall'].map((score) => ({ algorithm: 'qa', score, ranks }));
  expect(rankingTable(open, terminal)).toBe(
    '\nthese samples cannot tell the models apart on 3 scores: qa.f1, qa.exact,\nqa.recall',
  );
});

test('long names are cut in the middle to fit the width', () => {
  const ranks = [rank(`a${'x'.repeat(90)}z`, 1, 1, 0.9), rank('second', 2, 2, 0.8)];
  const lines = rankingTable([{ algorithm: 'qa', score: 'f1', ranks }], terminal).split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines[2]).toContain('axxx');
});
