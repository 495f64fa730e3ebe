import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import * as metrics from '../../packages/metrics/src/index.ts';
import { figureProblems, sourceProblems, statedFigures, withFigures } from '../../scripts/docs/check-figures.mjs';
import { figuresOf } from '../../scripts/docs/figures.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true }).map((name) => join('docs', `${name}`)),
]
  .filter((name) => name.endsWith('.md'))
  .map((name) => [name, readFileSync(join(ROOT, name), 'utf8')] as const);
const FIGURES = figuresOf(metrics);
/** Made once. */
const KNOWN = new Map(
  [...FIGURES].map(([name, make]) => {
    const made = make();
    return [name, () => made];
  }),
);
const MARKED = /(<!-- figure: .+? -->\n?)([\s\S]*?)(?=\n?<!-- \/figure -->)/g;

/** Of pages that are not written whole by a program. */
const PROSE = PAGES.filter(([name]) => name !== 'docs/commands.md');

test.each(PROSE)('%s: no figure is by hand', (name, text) => {
  expect(figureProblems(text, FIGURES, name)).toEqual([]);
});

test('every figure that a phrase holds stands in the source that the phrase names', () => {
  expect(sourceProblems(ROOT)).toEqual([]);
});

const STATED = PROSE.map(([name, text]) => [name, text, statedFigures(text)] as const).filter(
  ([, , stated]) => stated.length > 0,
);

test('the prose states figures', () => {
  expect(STATED.flatMap(([, , stated]) => stated).length).toBeGreaterThan(100);
});

test.each(STATED)('%s: each figure of its prose, changed in a digit, is noticed', (name, text, stated) => {
  const unnoticed = stated.filter(({ index, figure }) => {
    const at = index + figure.search(/[1-9]/);
    const digit = text[at] === '9' ? 8 : Number(text[at]) + 1;
    const changed = `${text.slice(0, at)}${digit}${text.slice(at + 1)}`;
    return figureProblems(changed, KNOWN, name).length === 0;
  });
  expect(unnoticed.map(({ figure }) => figure)).toEqual([]);
});

const MADE = PAGES.flatMap(([name, text]) =>
  [...text.matchAll(MARKED)].map(
    ({ index, 0: all, 1: open = '' }) => [name, open.trim(), text, index, open, all] as const,
  ),
);

test('the docs have figures that a script makes', () => {
  expect(MADE.length).toBeGreaterThan(5);
});

test.each(MADE)('%s, %s: one digit changed is noticed, and written anew', (name, __, text, index, open, all) => {
  for (const { index: at, 0: digit } of all.slice(open.length).matchAll(/\d/g)) {
    const place = index + open.length + at;
    const other = `${text.slice(0, place)}${digit === '9' ? 8 : Number(digit) + 1}${text.slice(place + 1)}`;
    expect(figureProblems(other, FIGURES, name)).toHaveLength(1);
    expect(withFigures(other, FIGURES)).toBe(text);
  }
});

test('a figure without a name is told, unless a command of its page prints it', () => {
  expect(figureProblems('It reaches 0.123, 4.5× as much.\n', FIGURES)).toEqual([
    expect.stringContaining('1: 0.123 is by hand'),
    expect.stringContaining('1: 4.5 is by hand'),
  ]);
  expect(figureProblems('It reaches 0.123.\n\n```console\n$ a\n0.123\n```\n', FIGURES)).toEqual([]);
  expect(figureProblems('It is <!-- figure: nobody -->0.123<!-- /figure -->\n', FIGURES)).toEqual([
    '1: “nobody” is no figure of scripts/docs/figures.mjs',
  ]);
  expect(figureProblems('one\n<!-- figure: five perfect samples -->0.500 … 1<!-- /figure -->\n', FIGURES)).toEqual([
    '2: a figure that begins a line ends its paragraph: put a word before it',
  ]);
  expect(figureProblems('See Holm 1979, UTF-8 and [0, 1] in `0.05`.\n', FIGURES)).toEqual([]);
  expect(figureProblems('In 7 ms, at most (8) of 120.\n', FIGURES)).toHaveLength(3);
});
