// Values of the data and configs that pages show: what a reader copies. They are read as the program reads them, and kept beside
// the checks: another value is a change that somebody meant, and wrote by ASSAY_WRITE_DOCS=1.
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { readPage } from './read-page.mjs';
import { DATA } from './zones.mjs';

/** Each page's values, as somebody last meant them. */
export const DATA_FILE = new URL('held/data.txt', import.meta.url);
const DIGIT = /\d/;

/** @param {readonly (readonly [string, string])[]} pages name and text */
export const dataFile = (pages) =>
  pages
    .map(([name, text]) => [name, ...dataValues(text)])
    .filter((lines) => lines.length > 1)
    .map((lines) => `${lines.join('\n  ')}\n`)
    .join('');

function heldValues(name) {
  const lines = readFileSync(DATA_FILE, 'utf8').split('\n');
  const first = lines.indexOf(name) + 1;
  const length = lines.slice(first).findIndex((line) => !line.startsWith('  '));
  return first === 0 ? [] : lines.slice(first, first + length).map((line) => line.slice(2));
}

/** @returns {string[]} the first value of a page's data that is another than the one held */
export function dataProblems(text, name) {
  const held = heldValues(name);
  let values;
  try {
    values = dataValues(text);
  } catch (error) {
    return [`1: ${error.message.split('\n')[0]}`];
  }
  const at = [...held, ...values].findIndex((_, place) => held[place] !== values[place]);
  if (at === -1 || at >= Math.max(held.length, values.length)) return [];
  return [
    `1: “${values[at] ?? 'nothing'}” is shown where “${held[at] ?? 'nothing'}” is held: ASSAY_WRITE_DOCS=1 npx vitest run test/docs`,
  ];
}

/** @returns {string[]} `place: value` of each value of a page's data that has a digit, or a key with one, in order */
export function dataValues(text) {
  return readPage(text)
    .blocks.filter(({ language, shown }) => shown === undefined && DATA.has(language))
    .flatMap(valuesOf);
}

function valuesOf({ language, text }) {
  const lines = text.split('\n').filter((line) => line !== '');
  if (language === 'csv') return lines.filter((line) => DIGIT.test(line));
  if (language === 'jsonl') return lines.flatMap((line) => leaves(JSON.parse(line)));
  return parseAllDocuments(text).flatMap((document) => leaves(document.toJS()));
}

function leaves(value, place = '') {
  if (value === null || typeof value !== 'object') {
    const leaf = `${place}: ${JSON.stringify(value)}`;
    return DIGIT.test(leaf.replaceAll(/\[\d+\]/g, '')) ? [leaf] : [];
  }
  if (Array.isArray(value)) return value.flatMap((each, at) => leaves(each, `${place}[${at}]`));
  return Object.entries(value).flatMap(([key, each]) => leaves(each, place === '' ? key : `${place}.${key}`));
}
