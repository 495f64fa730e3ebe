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

test('what is kept in files is the same everywhere, to the letter', () => {
  expect(difference('x  2.1 s  3', 'x  2.1 s  3\n', HERE, true)).toBeUndefined();
  expect(difference('x  2.1 s  3', 'x  2.2 s  3\n', HERE)).toBeUndefined();
  expect(difference('x  2.1 s  3', 'x  2.2 s  3\n', HERE, true)).toContain('“x  2.2 s  3” was printed');
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

/** A number of an output changed in its first digit, where that is not the machine's own. */
function changed(output: string): string[] {
  return [...output.matchAll(/\d+/g)].flatMap(({ index, 0: number }) => {
    const digit = number.startsWith('9') ? 8 : Number(number[0]) + 1;
    const other = `${output.slice(0, index)}${digit}${output.slice(index + 1)}`;
    const at = output.slice(0, index).split('\n').length - 1;
    const [before, after] = [output, other].map((text) => withoutMachine(text.split('\n')[at]!, HERE));
    return before === after ? [] : [other];
  });
}

const OUTPUTS = PAGES.map(([name, { blocks }]) => {
  const run = blocks.filter(({ language, shown }) => language === 'console' && shown === undefined);
  return [name, run.flatMap(({ text }) => commandsOf(text).map(({ output }) => output))] as const;
}).filter(([, outputs]) => outputs.some((output) => /\d/.test(output)));

test.each(OUTPUTS)('%s: one number changed in what a command prints is noticed', (_, outputs) => {
  const noticed = outputs.map((output) => {
    const printed = output.replaceAll(/^…$/gm, 'left out');
    expect(difference(output, printed, HERE)).toBeUndefined();
    const others = changed(output);
    expect(others.filter((other) => difference(other, printed, HERE) === undefined)).toEqual([]);
    return others.length;
  });
  expect(noticed.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
});
