// How much there is to read, so that the docs do not grow back unseen: words as `wc -w` counts them, and the length of sentences.
import { markdown } from './read-page.mjs';

/** Of all pages below docs/, what programs write included. What is new takes the place of something. */
export const MOST_WORDS = 36_800;
/** The mean of a page's prose. */
export const MOST_WORDS_A_SENTENCE = 20;

/** As `wc -w` counts them. @param {string} text */
export const countWords = (text) => text.split(/\s+/).filter((word) => word !== '').length;

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
  const all = pages.reduce((sum, [, text]) => sum + countWords(text), 0);
  const long = pages.flatMap(([name, text]) => {
    const length = wordsASentence(text);
    return length <= MOST_WORDS_A_SENTENCE ? [] : [`${name}: ${length.toFixed(1)} words a sentence`];
  });
  return all <= MOST_WORDS ? long : [`${all} words, more than ${MOST_WORDS}`, ...long];
}
