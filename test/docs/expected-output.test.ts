import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { commandsOf } from '../../scripts/docs/commands.mjs';
import { difference, withoutMachine } from '../../scripts/docs/expected-output.mjs';
import { readPage } from '../../scripts/docs/read-page.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const HERE = '/reader/project';

test('what depends on the machine or the day may differ, and nothing else', () => {
  const shown =
    'f1   0.122   0.007 … 0.388   n 10\nm  ━━  10/10  256 tok/s  0:04\nreport  .assay/runs/20261124T011546Z-9282/r.html';
  const printed = `f1    0.122   0.007 … 0.388   n 10\nm  ╌╌  3/10  1 tok/s  0:02\nm  ━━  10/10  9 tok/s  1:14\nreport  ${HERE}/.assay/runs/20261129T143511Z-eecb/r.html\n`;
  expect(difference(shown, printed, HERE)).toBeUndefined();
  expect(difference(shown.replace('0.388', '0.389'), printed, HERE)).toContain('0.389');
  expect(difference(shown.replace('10/10', '9/10'), printed, HERE)).toContain('9/10');
  expect(difference(`${shown}\nmore`, printed, HERE)).toContain('“more” is shown, “nothing” was printed');
  expect(difference('f1   0.122   0.007 … 0.388   n 10', printed, HERE)).toContain('is not shown');
});

test('a line of three dots stands for any lines, and what follows them must come', () => {
  expect(difference('a\n…\nd', 'a\nb\nc\nd\n', HERE)).toBeUndefined();
  expect(difference('…', 'anything\n', HERE)).toBeUndefined();
  expect(difference('a\n…\ne', 'a\nb\nc\nd\n', HERE)).toContain('“e” was not printed');
  expect(difference('…\nd', 'a\nd\nmore\n', HERE)).toContain('“more” was printed');
});

test('a command goes on behind a backslash and may say its exit code', () => {
  expect(commandsOf('$ a \\\n    b\nout\n$ c # exit code 3\n')).toMatchObject([
    { line: 'a \\\n    b', exit: 0, output: 'out' },
    { line: 'c # exit code 3', exit: 3, output: '' },
  ]);
  expect(() => commandsOf('no command\n')).toThrow('no command');
});

const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true }).map((name) => join('docs', String(name))),
]
  .filter((name) => name.endsWith('.md'))
  .map((name) => [name, readPage(readFileSync(join(ROOT, name), 'utf8'))] as const);

test.each(PAGES)('%s: one number changed in what a command prints is noticed', (_, { blocks }) => {
  const outputs = blocks
    .filter(({ language, shown }) => language === 'console' && shown === undefined)
    .flatMap(({ text }) => commandsOf(text).map(({ output }) => output));
  for (const output of outputs) {
    for (const { index, 0: number } of output.matchAll(/\d+/g)) {
      const other = `${output.slice(0, index)}${Number(number[0]) === 9 ? 8 : Number(number[0]) + 1}${output.slice(index + 1)}`;
      const at = output.slice(0, index).split('\n').length - 1;
      // What the machine decides has been taken out of the line.
      const isOfMachine =
        withoutMachine(output.split('\n')[at]!, HERE) === withoutMachine(other.split('\n')[at]!, HERE);
      if (!isOfMachine) expect(difference(other, output.replaceAll(/^…$/gm, 'left out'), HERE), other).toBeDefined();
    }
  }
});
