// What the docs' checks would not notice: each number of README and docs is changed in a digit, one at a time, and held against the
// check of its kind. Usage: node scripts/docs/mutate-figures.mjs [N] [--typed]   (N numbers by chance, always the same; else all)
//   --typed  follows the page under each changed number of what a reader types, N of them (8), and tells which its outputs notice

import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createGenerator } from '../../packages/metrics/dist/index.js';
import { figuresOf } from './figures.mjs';
import { noticedByRun } from './mutant-runs.mjs';
import { isNoticed, NOT_NOTICED, numbersOf } from './mutants.mjs';

const root = resolve(import.meta.dirname, '../..');
const { values: flags, positionals } = parseArgs({ options: { typed: { type: 'boolean' } }, allowPositionals: true });
const all = await numbersOf(root);
const drawn = (numbers, count) =>
  createGenerator(7)
    .shuffle([...numbers])
    .slice(0, count);
const lineOf = ({ name, text, index, number }) =>
  `${name}:${text.slice(0, index).split('\n').length}: ${text.slice(Math.max(0, index - 40), index).replaceAll(/\s+/g, ' ')}⟦${number}⟧`;

if (flags.typed) {
  const count = Number(positionals[0] ?? 8);
  const chosen = drawn(
    all.filter(({ kind, follows }) => follows && (kind === 'typed' || kind === 'data')),
    count,
  );
  let noticed = 0;
  for (const each of chosen) {
    const why = await noticedByRun(root, each);
    noticed += Number(why !== undefined);
    console.log(`${lineOf(each)}: ${why ?? 'NOT NOTICED by what its page prints'}`);
  }
  console.log(`\n${noticed} of ${chosen.length} noticed by following the page`);
} else {
  const figures = new Map(
    [...figuresOf(await import('../../packages/metrics/dist/index.js'))].map(([name, make]) => {
      const made = make();
      return [name, () => made];
    }),
  );
  const chosen = positionals[0] === undefined ? all : drawn(all, Number(positionals[0]));
  const kinds = new Map(chosen.map(({ kind }) => [kind, chosen.filter((each) => each.kind === kind)]));
  const lost = [];
  for (const [kind, numbers] of kinds) {
    const missed = numbers.filter((each) => !isNoticed(each, figures, root));
    const reason = NOT_NOTICED[kind];
    if (reason === undefined) lost.push(...missed);
    const rest = missed.length === 0 ? '' : `; not: ${reason ?? 'see below'}`;
    const told = [numbers.length - missed.length, numbers.length].map((count) =>
      count.toLocaleString('en').padStart(6),
    );
    console.log(`${told.join(' of ')} noticed: ${kind}${rest}`);
  }
  for (const each of lost) console.log(`not noticed: ${lineOf(each)}`);
  process.exitCode = lost.length === 0 ? 0 : 1;
}
