// No figure of the docs is by hand: one in prose names where it comes from, or stands in what a command of its page prints.
import { readPage } from './read-page.mjs';

/** `<!-- figure: NAME -->0.224 … 1<!-- /figure -->` in a line, or around lines of their own. */
const MARKED = /(<!-- figure: (.+?) -->\n?)([\s\S]*?)(\n?<!-- \/figure -->)/g;
/** Parts that tests of their own hold to what they are made of. */
const HELD = /<!-- (keys|families|hybrids|rubrics|differences)\b[\s\S]*?<!-- (?:\/\1|end of keys) -->/g;
/** What is measured has three decimals or more, or is a multiple of something. */
const MEASURED = /(?<![\w./])\d{1,3}\.\d{3,}(?![\w]|\.\d)|(?<![\w.])\d+(?:\.\d+)?×/g;

/** The page with each figure as it is now. @param figures of figures.mjs. A name that is not known is left as it is. */
export function withFigures(text, figures) {
  return text.replaceAll(MARKED, (all, open, name, _, close) => {
    const made = figures.get(name)?.();
    return made === undefined ? all : `${open}${made}${close}`;
  });
}

/** @returns {string[]} each with its line */
export function figureProblems(text, figures) {
  const lineOf = (index) => text.slice(0, index).split('\n').length;
  const marked = [...text.matchAll(MARKED)].flatMap(({ index, 2: name, 3: shown }) => {
    const made = figures.get(name);
    if (made === undefined) return [`${lineOf(index)}: “${name}” is no figure of scripts/docs/figures.mjs`];
    return made() === shown ? [] : [`${lineOf(index)}: “${shown}” is shown as ${name}, and is ${made()}`];
  });
  const blank = (part) => part.replaceAll(/[^\n]/g, ' ');
  const prose = text
    .replaceAll(MARKED, blank)
    .replaceAll(HELD, blank)
    .replaceAll(/^```[\s\S]*?^```$/gm, blank);
  const printed = readPage(text)
    .blocks.filter(({ language, shown }) => language === 'console' && shown === undefined)
    .map((block) => block.text)
    .join('\n');
  const byHand = [...prose.matchAll(MEASURED)].filter(([figure]) => !printed.includes(figure));
  const lost = [...text.matchAll(/^<!-- figure: .+?-->./gm)].map(
    ({ index }) => `${lineOf(index)}: a figure that begins a line ends its paragraph: put a word before it`,
  );
  return [
    ...marked,
    ...lost,
    ...byHand.map(
      ({ index, 0: figure }) => `${lineOf(index)}: ${figure} is by hand: <!-- figure: NAME -->, or leave it out`,
    ),
  ];
}
