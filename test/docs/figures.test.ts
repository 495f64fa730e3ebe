import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import * as metrics from '../../packages/metrics/src/index.ts';
import { figureProblems, sourceProblems, withFigures } from '../../scripts/docs/check-figures.mjs';
import { DATA_FILE, dataFile, dataProblems } from '../../scripts/docs/data-blocks.mjs';
import { figuresOf } from '../../scripts/docs/figures.mjs';
import { isNoticed, NOT_NOTICED, numbersOf } from '../../scripts/docs/mutants.mjs';

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

test('the data that pages show is what somebody meant', () => {
  if (process.env['ASSAY_WRITE_DOCS'] === '1') writeFileSync(DATA_FILE, dataFile(PAGES));
  expect(readFileSync(DATA_FILE, 'utf8')).toBe(dataFile(PAGES));
  expect(PAGES.flatMap(([name, text]) => dataProblems(text, name))).toEqual([]);
  expect(dataProblems('```yaml\na: 1\n```\n', 'docs/x.md')).toEqual([expect.stringContaining('“a: 1” is shown')]);
});

const NUMBERS = await numbersOf(ROOT);

test.each(PAGES.map(([name]) => name))('%s: each of its numbers, changed in a digit, is noticed', (page) => {
  const unnoticed = NUMBERS.filter(({ name, kind }) => name === page && !(kind in NOT_NOTICED)).filter(
    (each) => !isNoticed(each, KNOWN, ROOT),
  );
  expect(unnoticed.map(({ text, index, number }) => `${text.slice(index - 40, index)}⟦${number}⟧`)).toEqual([]);
});

test('most of what commands print is compared', () => {
  const printed = NUMBERS.filter(({ kind }) => kind in NOT_NOTICED);
  expect(printed.length).toBeGreaterThan(1000);
  expect(printed.filter((each) => !isNoticed(each, KNOWN, ROOT)).length).toBeLessThan(0.05 * printed.length);
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

test('a number that nothing holds is told, whatever it stands in', () => {
  const told = (text: string) => figureProblems(text, FIGURES).map((problem) => /^\d+: \d+/.exec(problem)?.[0]);
  expect(told('It reaches 0.123.\n')).toEqual(['1: 0', '1: 123']);
  expect(told('At most 7, in `limit: 8`.\n\n```console\n$ a --n 9\n```\n')).toEqual(['1: 7', '1: 8', '4: 9']);
  expect(told('<!-- shown: why -->\n```text\n5\n```\n')).toEqual(['3: 5']);
});

test('a number is held by what a command prints, by its name, by its place in a list, by its check', () => {
  const told = (text: string) => figureProblems(text, FIGURES);
  expect(told('It reaches 0.123.\n\n```console\n$ a\n0.123\n```\n')).toEqual([]);
  expect(told('UTF-8, `s3://bucket` and f1_score\n')).toEqual([]);
  expect(told('UTF-9, `s4://bucket` and f2_score\n')).toHaveLength(3);
  expect(told('1. one\n2. two\n\n1. one\n')).toEqual([]);
  expect(told('1. one\n3. two\n')).toHaveLength(1);
  expect(told('```console\n$ a # exit code 2\n```\n')).toEqual([]);
});

test('a figure has a name that a script knows, and does not begin its line', () => {
  expect(figureProblems('It is <!-- figure: nobody -->0.123<!-- /figure -->\n', FIGURES)).toEqual([
    '1: “nobody” is no figure of scripts/docs/figures.mjs',
  ]);
  expect(figureProblems('one\n<!-- figure: five perfect samples -->0.500 … 1<!-- /figure -->\n', FIGURES)).toEqual([
    '2: a figure that begins a line ends its paragraph: put a word before it',
  ]);
});
