// No figure of the docs is by hand: one in prose names where it comes from, or stands in what a command of its page prints.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFINED, SOURCED } from './held-figures.mjs';

/** `<!-- figure: NAME -->0.224 … 1<!-- /figure -->` in a line, or around lines of their own. */
const MARKED = /(<!-- figure: (.+?) -->\n?)([\s\S]*?)(\n?<!-- \/figure -->)/g;
/** Parts that tests of their own hold to what they are made of. */
const HELD =
  /<!-- (keys|families|hybrids|rubrics|differences|permissions|perturbations)\b[\s\S]*?<!-- (?:\/\1|end of keys) -->/g;
const NUMBER = /(?<![\w.:#/-])\d[\d,]*(?:\.\d+)*(?!\w)(?<!,)/g;
const UNIT =
  /^\s?(×|%|(ms|s|min|minutes?|hours?|days?|µs|ns|MB|GB|kB|MiB|GiB|bytes|characters|tokens|nats|rows|samples|labels|times|cores|prompts|categories|texts|requests|configs|tasks|cells|connections)\b)/;
const YEAR = /^(19|20)\d\d$/;
/** arXiv's, of the sources. */
const PAPER = /^\d{4}\.\d{5}$/;

/** The page with each figure as it is now. @param figures of figures.mjs. A name that is not known is left as it is. */
export function withFigures(text, figures) {
  return text.replaceAll(MARKED, (all, open, name, _, close) => {
    const made = figures.get(name)?.();
    return made === undefined ? all : `${open}${made}${close}`;
  });
}

const blank = (part) => part.replaceAll(/[^\n]/g, ' ');

/** A page without what other checks hold: marked figures, made parts, code in blocks, comments, addresses of links. */
const proseOf = (text) =>
  [MARKED, HELD, /^```[\s\S]*?^```$/gm, /<!--[\s\S]*?-->/g, /\]\([^)\s]*\)/g].reduce(
    (rest, part) => rest.replaceAll(part, blank),
    text,
  );

/** Numbers of the prose that say how much: of three digits or more, with a decimal or a unit, or alone in brackets. */
export function statedFigures(text) {
  const prose = proseOf(text).replaceAll(/`[^`\n]*`/g, blank);
  return [...prose.matchAll(NUMBER)]
    .map(({ index, 0: figure }) => ({
      index,
      figure,
      isAlone: prose[index - 1] === '(' && prose[index + figure.length] === ')',
    }))
    .filter(({ index, figure, isAlone }) => {
      const hasUnit = UNIT.test(prose.slice(index + figure.length, index + figure.length + 16));
      if (PAPER.test(figure) || (YEAR.test(figure) && !hasUnit)) return false;
      return hasUnit || isAlone || figure.includes('.') || figure.replaceAll(',', '').length >= 3;
    });
}

/** Where in a page a phrase stands, however its lines are broken. */
function placesOf(phrase, text) {
  const pattern = phrase
    .split(/\s+/)
    .map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('\\s+');
  return [...text.matchAll(new RegExp(pattern, 'g'))].map(({ index, 0: all }) => [index, index + all.length]);
}

/** @returns {string[]} each with its line. @param name of the page, by which its phrases are held */
export function figureProblems(text, figures, name = '') {
  const lineOf = (index) => text.slice(0, index).split('\n').length;
  const marked = [...text.matchAll(MARKED)].flatMap(({ index, 2: title, 3: shown }) => {
    const made = figures.get(title);
    if (made === undefined) return [`${lineOf(index)}: “${title}” is no figure of scripts/docs/figures.mjs`];
    return made() === shown ? [] : [`${lineOf(index)}: “${shown}” is shown as ${title}, and is ${made()}`];
  });
  const lost = [...text.matchAll(/^<!-- figure: .+?-->./gm)].map(
    ({ index }) => `${lineOf(index)}: a figure that begins a line ends its paragraph: put a word before it`,
  );
  const phrases = [...(SOURCED[name] ?? []).map(([phrase]) => phrase), ...(DEFINED[name] ?? [])];
  const places = phrases.map((phrase) => placesOf(phrase, proseOf(text)));
  const stale = phrases
    .filter((_, at) => places[at].length === 0)
    .map((phrase) => `1: “${phrase}” of scripts/docs/held-figures.mjs is gone`);
  const blocks = [...text.matchAll(/^```(\w*)[^\n]*\n([\s\S]*?)^```$/gm)];
  const printed = new Set(
    blocks.flatMap(({ 1: language, 2: code }) =>
      [...code.matchAll(NUMBER)]
        .map(([figure]) => figure)
        .filter((figure) => language === 'console' || !figure.includes('.')),
    ),
  );
  const byHand = statedFigures(text).filter(
    ({ index, figure }) =>
      !printed.has(figure) && !places.flat().some(([from, to]) => from <= index && index + figure.length <= to),
  );
  return [
    ...marked,
    ...lost,
    ...stale,
    ...byHand.map(
      ({ index, figure }) =>
        `${lineOf(index)}: ${figure} is by hand: <!-- figure: NAME -->, a phrase of scripts/docs/held-figures.mjs, or leave it out`,
    ),
  ];
}

/** Phrases whose source says something else by now. @returns {string[]} */
export function sourceProblems(root) {
  return Object.entries(SOURCED).flatMap(([page, phrases]) =>
    phrases
      .filter(([, file, text]) => !readFileSync(join(root, file), 'utf8').includes(text))
      .map(([phrase, file, text]) => `${page}: “${phrase}” is held by “${text}” in ${file}, which does not say it`),
  );
}
