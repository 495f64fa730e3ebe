import { expect, test } from 'vitest';
import { foldLines } from './saved-results.ts';

const line = (what: string, figure: string, goal: string, reached: boolean) => ({ what, figure, goal, reached });

test('lines of one benchmark on other texts fold, with a figure and a goal for each', () => {
  const lines = [line('chrF, qa', '27.0× sacrebleu', '30×', false), line('chrF, sum', '21.3× sacrebleu', '20×', false)];
  expect(foldLines(lines)).toEqual([line('chrF, qa/sum', '27.0×, 21.3× sacrebleu', '30×, 20×', false)]);
});

test('a miss never folds with what was reached, nor one peer with another, nor lines that name no texts', () => {
  const lines = [
    line('chrF, qa', '27.0× sacrebleu', '30×', false),
    line('chrF, long', '31.0× sacrebleu', '30×', true),
    line('chrF, sum', '2.0× fast (Rust)', '3×', false),
    line('memory', '1 MB', '2 MB', true),
    line('memory', '1 MB', '2 MB', true),
  ];
  expect(foldLines(lines)).toEqual(lines);
});
