// How much there is to read, so that the docs do not grow back unseen: words as `wc -w` counts them, those of them with a letter or a
// digit (no bars of tables, no marks of lists), and the length of sentences.
import { markdown } from './read-page.mjs';

/** Of all pages below docs/, what programs write included. What is new takes the place of something. */
export const MOST_WORDS = 36_200;
/** Of those with a letter or a digit: fewer than the 32,370 of the day on which this was asked for. */
export const MOST_SPOKEN = 32_350;
/** The mean of a page's prose. */
export const MOST_WORDS_A_SENTENCE = 20;

const wordsOf = (text) => text.split(/\s+/).filter((word) => word !== '');
/** As `wc -w` counts them. @param {string} text */
export const countWords = (text) => wordsOf(text).length;
/** With a letter or a digit. @param {string} text */
export const countSpoken = (text) => wordsOf(text).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

/** Of paragraphs and lists: tables, headings and code are no prose. @returns {number} 0 without any sentence */
export function wordsASentence(text) {
  let inTable = false;
  const lengths = [];
  const tokens = markdown.parse(text, {});
  for (const [at, { type, children }] of tokens.entries()) {
    if (type === 'table_open' || type === 'table_close') inTable = type === 'table_open';
    if (type !== 'inline' || inTable || tokens[at - 1].type === 'heading_open') continue;
    const prose = children.map((child) => (child.type === 'softbreak' ? ' ' : child.content)).join('');
    lengths.push(...prose.split(/(?<=[.!?:])\s+/).map(countWords));
  }
  return lengths.length === 0 ? 0 : lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
}

/** @param {readonly (readonly [string, string])[]} pages name and text of each below docs/ */
export function wordProblems(pages) {
  const sum = (count) => pages.reduce((all, [, text]) => all + count(text), 0);
  const counts = [
    [sum(countWords), MOST_WORDS, 'words'],
    [sum(countSpoken), MOST_SPOKEN, 'words with a letter or a digit'],
  ];
  const long = pages.flatMap(([name, text]) => {
    const length = wordsASentence(text);
    return length <= MOST_WORDS_A_SENTENCE ? [] : [`${name}: ${length.toFixed(1)} words a sentence`];
  });
  const many = counts
    .filter(([all, most]) => all > most)
    .map(([all, most, what]) => `${all} ${what}, more than ${most}`);
  return [...many, ...long];
}
