// No number of the docs is by hand: a command of its page prints it, a script writes it, or a list in held/ says what holds it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFINED } from './held/defined.mjs';
import { NAMES } from './held/names.mjs';
import { SOURCED } from './held/sourced.mjs';
import { SHOWN_BY } from './held/typed.mjs';
import { kindAt, MARKED, zonesOf } from './zones.mjs';

const FIGURE = /(?<![\w.:#/-])\d[\d,]*(?:\.\d+)*(?!\w)(?<!,)/g;
/** The place in an ordered list, or in a table that counts its rows. */
const ORDINAL = /^(?:\*\*|\| )?(\d+)(?=\. | \|)/gm;
/** Other checks look at these: tests of the program, marks, what commands print and end with, data, links. */
const ELSEWHERE = new Set(['generated', 'marked', 'printed', 'data', 'exit', 'link']);

const escaped = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** A name stands alone: `s3` is in `s3://bucket` and `AWS_S3`, not in `us3`. */
const NAME = new RegExp(
  [...NAMES]
    .sort((one, other) => other.length - one.length)
    .map(
      (name) =>
        `${/^\w/.test(name) ? '(?<![A-Za-z0-9])' : ''}${escaped(name)}${/\w$/.test(name) ? '(?![A-Za-z0-9])' : ''}`,
    )
    .join('|'),
  'g',
);

/** The page with each figure as it is now. @param figures of figures.mjs. A name that is not known is left as it is. */
export function withFigures(text, figures) {
  return text.replaceAll(MARKED, (all, open, name, _, close) => {
    const made = figures.get(name)?.();
    return made === undefined ? all : `${open}${made}${close}`;
  });
}

const spansOf = (pattern, text) => [...text.matchAll(pattern)].map(({ index, 0: all }) => [index, index + all.length]);

/** Where in a page a phrase stands, however its lines are broken. */
function placesOf(phrase, text) {
  const pattern = patterns.get(phrase) ?? new RegExp(phrase.split(/\s+/).map(escaped).join('\\s+'), 'g');
  patterns.set(phrase, pattern);
  return spansOf(pattern, text);
}
const patterns = new Map();

/** Numbers of two digits or more, or with a decimal, that commands of the page print. */
function printedFigures(text, zones) {
  const printed = zones.filter(({ kind }) => kind === 'printed').map(({ from, to }) => text.slice(from, to));
  return new Set(
    printed
      .join('\n')
      .match(FIGURE)
      ?.filter((figure) => figure.length > 1),
  );
}

/** Places in lists: each counts on from the one before, or begins anew. */
function ordinals(text, zones) {
  let last = 0;
  return [...text.matchAll(ORDINAL)].flatMap(({ index, 0: all, 1: number }) => {
    const at = index + all.length - number.length;
    if (kindAt(zones, at) !== 'prose') return [];
    const isNext = Number(number) === 1 || Number(number) === last + 1;
    if (isNext) last = Number(number);
    return [{ at, isNext }];
  });
}

const phrasesOf = (name) => [
  ...(SOURCED[name] ?? []).map(([phrase]) => phrase),
  ...(SHOWN_BY[name] ?? []).flat(),
  ...(DEFINED[name] ?? []),
];

/**
 * Numbers that nothing holds.
 * @param zones of the page, where they are known
 * @returns {{ index: number, number: string }[]}
 */
function unheldNumbers(text, name, zones) {
  const printed = printedFigures(text, zones);
  const places = ordinals(text, zones);
  const held = [
    ...spansOf(NAME, text),
    ...phrasesOf(name).flatMap((phrase) => placesOf(phrase, text)),
    ...[...text.matchAll(FIGURE)]
      .filter(([figure]) => printed.has(figure))
      .map(({ index, 0: figure }) => [index, index + figure.length]),
  ];
  const isHeld = (index) => held.some(([from, to]) => from <= index && index < to);
  return [...text.matchAll(/\d+/g)]
    .map(({ index, 0: number }) => ({ index, number }))
    .filter(({ index }) => !(places.find(({ at }) => at === index)?.isNext ?? isHeld(index)))
    .filter(({ index }) => !ELSEWHERE.has(kindAt(zones, index)));
}

/**
 * @param name of the page, by which its phrases are held
 * @param zones of the page, where they are known
 * @returns {string[]} each with its line
 */
export function figureProblems(text, figures, name = '', zones = zonesOf(name, text)) {
  const lineOf = (index) => text.slice(0, index).split('\n').length;
  const marked = [...text.matchAll(MARKED)].flatMap(({ index, 2: title, 3: shown }) => {
    const made = figures.get(title);
    if (made === undefined) return [`${lineOf(index)}: “${title}” is no figure of scripts/docs/figures.mjs`];
    return made() === shown ? [] : [`${lineOf(index)}: “${shown}” is shown as ${title}, and is ${made()}`];
  });
  const lost = [...text.matchAll(/^<!-- figure: .+?-->./gm)].map(
    ({ index }) => `${lineOf(index)}: a figure that begins a line ends its paragraph: put a word before it`,
  );
  const stale = phrasesOf(name)
    .filter((phrase) => placesOf(phrase, text).length === 0)
    .map((phrase) => `1: “${phrase}” of scripts/docs/held/ is gone`);
  const byHand = unheldNumbers(text, name, zones).map(({ index, number }) => {
    const line = text.slice(text.lastIndexOf('\n', index) + 1).split('\n')[0];
    return `${lineOf(index)}: ${number} is by hand (“${line.trim().slice(0, 80)}”): a phrase or name of scripts/docs/held/, <!-- figure: NAME -->, or leave it out`;
  });
  return [...marked, ...lost, ...stale, ...byHand];
}

/** Phrases whose source says something else by now. @returns {string[]} */
export function sourceProblems(root) {
  return Object.entries(SOURCED).flatMap(([page, phrases]) =>
    phrases
      .filter(([, file, text]) => !readFileSync(join(root, file), 'utf8').includes(text))
      .map(([phrase, file, text]) => `${page}: “${phrase}” is held by “${text}” in ${file}, which does not say it`),
  );
}
