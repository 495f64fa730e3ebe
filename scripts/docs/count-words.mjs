// How much there is to read, so that the docs do not grow back unseen: words as `wc -w` counts them, and the length of sentences.
import { markdown } from './read-page.mjs';

/** Written by hand below docs/. What is new takes the place of something. */
export const MOST_WORDS = 33_500;
/** The mean of a page's prose. */
export const MOST_WORDS_A_SENTENCE = 20;

/** Pages that a program writes whole. */
const MADE_PAGES = new Set(['docs/commands.md']);
/** Parts of pages that a program writes: tables between marks, and what commands print. */
const MADE_PARTS = [
  /<!-- keys: [\s\S]*?<!-- end of keys -->/g,
  /<!-- (families|hybrids|rubrics|permissions)\b[\s\S]*?<!-- \/\1 -->/g,
  /^```console\n[\s\S]*?^```$/gm,
];

const words = (text) => text.split(/\s+/).filter((word) => word !== '').length;

/** @returns {{ all: number, byHand: number }} */
export function countWords(name, text) {
  const byHand = MADE_PAGES.has(name) ? '' : MADE_PARTS.reduce((rest, part) => rest.replaceAll(part, ' '), text);
  return { all: words(text), byHand: words(byHand) };
}

/** Of paragraphs and lists: tables, headings and code are no prose. @returns {number} 0 without any sentence */
export function wordsASentence(text) {
  let inTable = false;
  const lengths = [];
  const tokens = markdown.parse(text, {});
  for (const [at, { type, children }] of tokens.entries()) {
    if (type === 'table_open' || type === 'table_close') inTable = type === 'table_open';
    if (type !== 'inline' || inTable || tokens[at - 1].type === 'heading_open') continue;
    const prose = children.map((child) => (child.type === 'softbreak' ? ' ' : child.content)).join('');
    lengths.push(...prose.split(/(?<=[.!?:])\s+/).map(words));
  }
  return lengths.length === 0 ? 0 : lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
}

/** @param {readonly (readonly [string, string])[]} pages name and text of each below docs/ */
export function wordProblems(pages) {
  const byHand = pages.reduce((sum, [name, text]) => sum + countWords(name, text).byHand, 0);
  const long = pages.flatMap(([name, text]) => {
    const length = wordsASentence(text);
    return length <= MOST_WORDS_A_SENTENCE ? [] : [`${name}: ${length.toFixed(1)} words a sentence`];
  });
  return byHand <= MOST_WORDS ? long : [`${byHand} words by hand, more than ${MOST_WORDS}`, ...long];
}
