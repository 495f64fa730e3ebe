import { expect, test } from 'vitest';
import { type SpeedLine, shownLine, tellParts } from './speed-line.ts';

const line: SpeedLine = { what: 'rows', figure: '5 rows/s', goal: '4 rows/s', reached: true };

test('a line says whether its goal is reached, and nothing of one that nothing is held against', () => {
  expect(shownLine(line)).toMatch(/^rows +5 rows\/s; goal 4 rows\/s: reached$/);
  expect(shownLine({ ...line, reached: false })).toContain(': missed');
  expect(shownLine({ ...line, goal: '', reached: null })).toMatch(/^rows +5 rows\/s$/);
});

test('a part that fails says why and costs no other its lines', async () => {
  const told: string[] = [];
  const parts = {
    broken: () => Promise.reject(new Error('no such peer')),
    whole: async (tell: (line: SpeedLine) => void) => tell(line),
  };
  await tellParts(parts, ({ what, figure }) => told.push(`${what}: ${figure}`));
  expect(told).toEqual(['broken: failed: no such peer', 'rows: 5 rows/s']);
});
