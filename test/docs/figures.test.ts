import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import * as metrics from '../../packages/metrics/src/index.ts';
import { figureProblems, withFigures } from '../../scripts/docs/check-figures.mjs';
import { figuresOf } from '../../scripts/docs/figures.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true }).map((name) => join('docs', `${name}`)),
]
  .filter((name) => name.endsWith('.md'))
  .map((name) => [name, readFileSync(join(ROOT, name), 'utf8')] as const);
const FIGURES = figuresOf(metrics);
const MARKED = /(<!-- figure: .+? -->\n?)([\s\S]*?)(?=\n?<!-- \/figure -->)/g;

test.each(PAGES)('%s: no figure is by hand', (_, text) => {
  expect(figureProblems(text, FIGURES)).toEqual([]);
});

const MADE = PAGES.flatMap(([name, text]) =>
  [...text.matchAll(MARKED)].map(
    ({ index, 0: all, 1: open = '' }) => [name, open.trim(), text, index, open, all] as const,
  ),
);

test('the docs have figures that a script makes', () => {
  expect(MADE.length).toBeGreaterThan(5);
});

test.each(MADE)('%s, %s: one digit changed is noticed, and written anew', (_, __, text, index, open, all) => {
  for (const { index: at, 0: digit } of all.slice(open.length).matchAll(/\d/g)) {
    const place = index + open.length + at;
    const other = `${text.slice(0, place)}${digit === '9' ? 8 : Number(digit) + 1}${text.slice(place + 1)}`;
    expect(figureProblems(other, FIGURES)).toHaveLength(1);
    expect(withFigures(other, FIGURES)).toBe(text);
  }
});

test('a figure without a name is told, unless a command of its page prints it', () => {
  expect(figureProblems('It reaches 0.123, 4.5× as much.\n', FIGURES)).toEqual([
    expect.stringContaining('1: 0.123 is by hand'),
    expect.stringContaining('1: 4.5× is by hand'),
  ]);
  expect(figureProblems('It reaches 0.123.\n\n```console\n$ a\n0.123\n```\n', FIGURES)).toEqual([]);
  expect(figureProblems('It is <!-- figure: nobody -->0.123<!-- /figure -->\n', FIGURES)).toEqual([
    '1: “nobody” is no figure of scripts/docs/figures.mjs',
  ]);
  expect(figureProblems('one\n<!-- figure: five perfect samples -->0.500 … 1<!-- /figure -->\n', FIGURES)).toEqual([
    '2: a figure that begins a line ends its paragraph: put a word before it',
  ]);
  expect(figureProblems('Version 3.10.123, 0.05 and 95 %.\n', FIGURES)).toEqual([]);
});
