import { expect, test } from 'vitest';
import { makeCorpus } from './corpora.ts';

test('a seed gives the same pairs again, another seed others', () => {
  expect(makeCorpus('qa', 20, 1)).toEqual(makeCorpus('qa', 20, 1));
  expect(makeCorpus('qa', 20, 1)).not.toEqual(makeCorpus('qa', 20, 2));
});

test('references have the length of their corpus', () => {
  for (const [name, from, to] of [
    ['qa', 1, 12],
    ['sum', 60, 120],
    ['long', 2000, 5000],
  ] as const) {
    for (const { reference } of makeCorpus(name, 5)) {
      const words = reference.split(' ').length;
      expect(words >= from && words <= to, `${name}: ${words} words`).toBe(true);
    }
  }
});

test('about one word in twenty is beyond ASCII', () => {
  const words = makeCorpus('sum', 100).flatMap(({ reference }) => reference.split(' '));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
  const foreign = words.filter((word) => !/^[\x00-\x7f]*$/.test(word)).length;
  expect(foreign / words.length).toBeGreaterThan(0.03);
  expect(foreign / words.length).toBeLessThan(0.07);
});
