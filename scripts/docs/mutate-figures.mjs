// What the docs' checks would not notice: each number of README and docs is changed in a digit, one at a time, and held against the
// check of its kind. Runs no command: what a command printed is taken to be what stands there.
// Usage: node scripts/docs/mutate-figures.mjs [N]   (N numbers by chance, always the same; all without it)
import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { createGenerator } from '../../packages/metrics/dist/index.js';
import { figureProblems } from './check-figures.mjs';
import { commandsOf } from './commands.mjs';
import { difference } from './expected-output.mjs';
import { figuresOf } from './figures.mjs';
import { pagesOf } from './pages.mjs';
import { readPage } from './read-page.mjs';

const root = resolve(import.meta.dirname, '../..');
const figures = new Map(
  [...figuresOf(await import('../../packages/metrics/dist/index.js'))].map(([name, make]) => {
    const made = make();
    return [name, () => made];
  }),
);
/** Whole or between marks: tests hold them to the program, byte for byte. */
const MADE =
  /<!-- (keys|families|hybrids|differences|permissions|perturbations)\b[\s\S]*?<!-- (?:\/\1|end of keys) -->/g;

/** Where in a page numbers are of one kind; the first that fits counts. */
function spansOf(name, text) {
  const all = (pattern) => [...text.matchAll(pattern)].map(({ index, 0: found }) => [index, index + found.length]);
  const lines = text.split('\n');
  const at = (line) => lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0);
  const blocks = readPage(text).blocks.map((block) => ({ ...block, from: at(block.first), length: block.text.length }));
  const outputs = blocks
    .filter(({ language, shown }) => language === 'console' && shown === undefined)
    .flatMap(({ from, text: code, isExact }) =>
      commandsOf(code).map(({ output, first }) => [
        from + code.split('\n').slice(0, first).join('\n').length + 1,
        output,
        isExact,
      ]),
    );
  return [
    ['written by a program, held by its test', name === 'docs/commands.md' ? [[0, text.length]] : all(MADE)],
    [
      'printed by a command that is run',
      outputs.map(([from, output, isExact]) => [from, from + output.length, isExact]),
    ],
    [
      'what a reader types, or a file of the page',
      blocks.filter(({ shown }) => shown === undefined).map(({ from, length }) => [from, from + length]),
    ],
    ['shown and not run', blocks.map(({ from, length }) => [from, from + length])],
    ['in an address, a comment or a heading of a block', all(/\]\([^)\s]*\)|<!--[\s\S]*?-->|^```.*$/gm)],
    ['in code within a line: what is typed, or a name', all(/`[^`\n]*`/g)],
    ['in prose', [[0, text.length]]],
  ];
}

function isNoticed(kind, name, text, changed, [from, to, isExact]) {
  if (kind.startsWith('written')) return true;
  if (kind.startsWith('printed'))
    return difference(changed.slice(from, to), text.slice(from, to), '/reader', isExact) !== undefined;
  return figureProblems(changed, figures, name).length > 0;
}

const places = [];
for (const file of await pagesOf(root)) {
  const name = relative(root, file);
  if (!/^(README|docs)/.test(name)) continue;
  const text = await readFile(file, 'utf8');
  const kinds = spansOf(name, text);
  for (const { index, 0: number } of text.matchAll(/\d+/g)) {
    const [kind, spans] = kinds.find(([, found]) => found.some(([from, to]) => from <= index && index < to));
    places.push({ name, text, index, number, kind, span: spans.find(([from, to]) => from <= index && index < to) });
  }
}
const chosen =
  process.argv[2] === undefined ? places : createGenerator(7).shuffle(places).slice(0, Number(process.argv[2]));
const counts = new Map();
const unnoticed = [];
for (const { name, text, index, number, kind, span } of chosen) {
  const digit = number[0] === '9' ? 8 : Number(number[0]) + 1;
  const noticed = isNoticed(kind, name, text, `${text.slice(0, index)}${digit}${text.slice(index + 1)}`, span);
  const count = counts.get(kind) ?? { noticed: 0, all: 0 };
  counts.set(kind, { noticed: count.noticed + Number(noticed), all: count.all + 1 });
  if (!noticed && (kind === 'in prose' || kind.startsWith('printed')))
    unnoticed.push(
      `${name}:${text.slice(0, index).split('\n').length}: ${text.slice(index - 30, index + 20).replaceAll(/\s+/g, ' ')}`,
    );
}
for (const [kind, { noticed, all }] of counts)
  console.log(`${String(noticed).padStart(5)} of ${String(all).padStart(5)} noticed: ${kind}`);
console.log(`\nnot noticed, of prose and outputs:\n${unnoticed.map((each) => `  ${each}`).join('\n')}`);
