import { expect, test } from 'vitest';
import { gradedAsks, gradedResult } from './graded-checks.ts';
import type { RowCheck } from './row-check-schema.ts';

const asked = { question: 'What colour is the sky?', output: 'Blue.', judge: 'j' };

function graded(check: Partial<RowCheck> & { readonly type: string }, replies: readonly string[]) {
  const type = check.type.replace(/^not-/, '');
  const whole = { weight: 1, ...check } as RowCheck;
  const asks = gradedAsks(type, whole, 3, asked);
  const helpers = new Map(asks.map(({ key }, i) => [key, { kind: 'judge', text: replies[i] ?? '' } as const]));
  return gradedResult(type, whole, 3, helpers);
}

test.each([
  ['factuality', ['A'], { pass: true, score: 1 }],
  ['factuality', ['D'], { pass: false, score: 0 }],
  ['model-graded-factuality', ['E'], { pass: true, score: 1 }],
  ['not-factuality', ['D'], { pass: true, score: 1 }],
  ['model-graded-closedqa', ['pass'], { pass: true, score: 1 }],
  ['llm-rubric', ['fail'], { pass: false, score: 0 }],
  ['llm-rubric', ['perhaps'], 'judge_unparseable'],
])('%s with the verdict %j', (type, replies, expected) => {
  expect(graded({ type, value: 'The sky is blue.' }, replies)).toEqual(expected);
});

test('g-eval asks for each criterion, and their mean counts against the threshold', () => {
  const check = { type: 'g-eval', value: ['is clear', 'is short'] };
  expect(graded(check, ['8', '10'])).toEqual({ pass: true, score: 0.9 });
  expect(graded(check, ['8', '2'])).toEqual({ pass: false, score: 0.5 });
  expect(graded({ ...check, threshold: 0.5 }, ['8', '2'])).toEqual({ pass: true, score: 0.5 });
  expect(graded({ ...check, type: 'not-g-eval' }, ['2', '2'])).toEqual({ pass: true, score: 0.8 });
});

test('what is right goes to the judge as the reference, what is wanted as the rubric', () => {
  const [facts] = gradedAsks('factuality', { type: 'factuality', value: 'Blue it is.', weight: 1 }, 0, asked);
  expect(facts).toMatchObject({ prompt: expect.stringContaining('<reference>\nBlue it is.\n</reference>') });
  const [closed] = gradedAsks('model-graded-closedqa', { type: 'x', value: 'names it', weight: 1 }, 0, asked);
  expect(closed).toMatchObject({ labels: ['pass', 'fail'], prompt: expect.stringContaining('names it') });
});

test('without an answer of the judge nobody decides', () => {
  const check = { type: 'factuality', value: 'x', weight: 1 } as RowCheck;
  expect(gradedResult('factuality', check, 0, new Map())).toBe('judge_failed');
});
