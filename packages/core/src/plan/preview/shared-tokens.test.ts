import { expect, test } from 'vitest';
import { SharedTokens } from './shared-tokens.ts';

function sharedOf(...prompts: readonly (readonly number[])[]): number {
  const shared = new SharedTokens();
  for (const prompt of prompts) shared.add(prompt);
  return shared.total;
}

const run = (token: number, length: number): number[] => new Array<number>(length).fill(token);

test('a beginning counts for each prompt that has it after the first', () => {
  const prompt = (at: number) => [...run(1, 800), ...run(2 + at, 30)];
  expect(sharedOf(prompt(0))).toBe(0);
  expect(sharedOf(prompt(0), prompt(1), prompt(2))).toBe(1600);
  // Within the last block, and where only the end is the same, nothing is shared.
  expect(sharedOf(run(1, 30), [...run(2, 30), ...run(1, 30)])).toBe(0);
});

test('prompts within prompts are told from those beside them', () => {
  const inner = (at: number, last: number) => [...run(1, 80), ...run(10 + at, 40), ...run(90 + last, 8)];
  const prompts = [0, 1, 0, 1].map((at, last) => inner(at, last));
  expect(sharedOf(...prompts)).toBe(80 + 120 + 120);
  expect(sharedOf(...prompts.toReversed())).toBe(80 + 120 + 120);
});

test('a repeat is shared but for its end, and a short beginning is not worth it', () => {
  expect(sharedOf(run(1, 40), run(1, 40))).toBe(32);
  expect(sharedOf([...run(1, 12), 2], [...run(1, 12), 3])).toBe(0);
});
