import { expect, test } from 'vitest';
import type { Sample } from '../samples/sample.ts';
import { answerReadingOf, rightChoice } from './right-choice.ts';

function sampleOf(answer: string, choices: readonly string[], index = 0): Sample {
  return { index, digest: String(index), features: { choices, answer_index: answer }, record: {} };
}

function reading(...answers: readonly (readonly [answer: string, choices: readonly string[]])[]) {
  async function* rows() {
    for (const [index, [answer, choices]] of answers.entries()) yield sampleOf(answer, choices, index);
  }
  return answerReadingOf({ all: rows, taken: rows });
}

test.each([
  ['2', 'index', 2],
  ['4', 'index', undefined],
  ['c', 'letter', 2],
  ['5', 'letter', undefined],
  ['5', 'choice', 2],
  ['7', 'choice', undefined],
] as const)('%j read as %s', (answer, how, right) => {
  expect(rightChoice(sampleOf(answer, ['3', '4', '5', '6']), how)).toBe(right);
});

test('numbers that are choices in every row, but positions in some alone, are choices', async () => {
  expect(await reading(['5', ['3', '4', '5', '6']], ['2', ['1', '2', '3']])).toBe('choice');
});

test('numbers that are positions in every row are positions, whatever the choices', async () => {
  expect(await reading(['0', ['1', '0']], ['1', ['1', '0']])).toBe('index');
});

test('letters are letters, and a stray position among them is not read as one', async () => {
  expect(await reading(['A', ['x', 'y']], ['B', ['x', 'y']], ['1', ['x', 'y']])).toBe('letter');
});
