import { expect, test } from 'vitest';
import { makeRun } from '../../test/make-run.ts';
import { declaredRange } from './declared-range.ts';

test('an unbounded end survives JSON', () => {
  const { spec } = makeRun({ samples: 2 }).summary.scores[0]!;
  const unbounded = { ...spec, range: [0, Infinity] as const };
  expect(declaredRange(JSON.parse(JSON.stringify(unbounded)))).toEqual([0, Infinity]);
  expect(declaredRange(spec)).toEqual([0, 1]);
});
