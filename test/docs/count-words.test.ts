import { expect, test } from 'vitest';
import {
  countSpoken,
  countWords,
  MOST_SPOKEN,
  MOST_WORDS,
  MOST_WORDS_A_SENTENCE,
  wordProblems,
  wordsASentence,
} from '../../scripts/docs/count-words.mjs';

test('words are those of wc', () => {
  expect(countWords('one two\n<!-- families -->\n| a | b |\n\n```console\n$ a b\n```\n')).toBe(2 + 3 + 5 + 5);
});

test('bars, dashes and fences are no spoken words', () => {
  expect(countSpoken('| a | b-c |\n|---|---|\n- one → ¼\n\n```console\n$ 1\n```\n')).toBe(2 + 2 + 2);
});

test('sentences are those of paragraphs and lists, not of tables, headings and code', () => {
  const others = '# One two three four\n\n| a b c | d |\n|---|---|\n| e f g h i | j |\n\n```text\na b c d e f g\n```\n';
  expect(wordsASentence(`${others}\nOne two\nthree. One.\n\n- one two three four\n`)).toBeCloseTo((3 + 1 + 4) / 3);
  expect(wordsASentence(others)).toBe(0);
});

test('a page too many, and a sentence too long, are told', () => {
  expect(wordProblems([['docs/x.md', 'One two three.']])).toEqual([]);
  expect(wordProblems([['docs/x.md', 'word. '.repeat(MOST_WORDS + 1)]])).toEqual([
    `${MOST_WORDS + 1} words, more than ${MOST_WORDS}`,
    `${MOST_WORDS + 1} words with a letter or a digit, more than ${MOST_SPOKEN}`,
  ]);
  expect(wordProblems([['docs/x.md', 'word. '.repeat(MOST_SPOKEN + 1)]])).toHaveLength(1);
  expect(wordProblems([['docs/x.md', `${'word '.repeat(MOST_WORDS_A_SENTENCE + 1)}.`]])).toHaveLength(1);
});
