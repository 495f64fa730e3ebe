import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

/** Rows of a table: what it is, where it is built, and the test of it. */
interface Row {
  readonly first: string;
  readonly second: string;
  readonly file: string;
  readonly title: string;
}

const isRow = (line: string): boolean => / \| \S+\.test\.ts: /.test(line);
const listed = read('test/hostile-input.md').split('\n');
const rows = listed.flatMap((line): Row[] => {
  const [, first, second, file, title] = /^\| (.+?) \| (.+) \| (\S+\.test\.ts): (.+) \|$/.exec(line) ?? [];
  return title === undefined ? [] : [{ first: first!, second: second!, file: file!, title }];
});
const attacks = rows.filter(({ first }) => /^\d+$/.test(first));
const guards = rows.filter(({ first }) => !/^\d+$/.test(first));

/** Lines that may hold the title of a test: those that open one, and those that begin with a text. */
const titles = (source: string): string[] =>
  source.split('\n').filter((line) => /^\s*['"`]|\b(?:test|describe)\b|^\s*[\])]+\(['"`]/.test(line));

test('every attack of the report has a row, and each row is read', () => {
  expect(rows).toHaveLength(listed.filter(isRow).length);
  expect(listed.filter((line) => line.startsWith('| ') && !isRow(line))).toHaveLength(2);
  expect([...new Set(attacks.map(({ first }) => Number(first)))].sort((a, b) => a - b)).toEqual(
    Array.from({ length: 15 }, (_, number) => number),
  );
});

test.each(rows.map((row) => [row.first, row.second, row] as const))('%s, %s: its test is there', (_, __, row) => {
  const { file, title } = row;
  expect(existsSync(`${root}${file}`), file).toBe(true);
  expect(
    titles(read(file)).some((line) => line.includes(title)),
    `${file} has no test "${title}"`,
  ).toBe(true);
});

test.each(guards.map(({ first, second }) => [first, second]))('%s is where it is said to be: %s', (_, place) => {
  expect(existsSync(`${root}${place}`), place).toBe(true);
});

test('every reader of what others write has a fuzzer', () => {
  const targets = readdirSync(`${root}fuzz/targets`).map((name) => name.replace('.mjs', ''));
  expect(targets.sort()).toEqual([
    ...[
      'chat-template',
      'config',
      'dataset',
      'gguf',
      'http-bodies',
      'hub-files',
      'imports',
      'onnx',
      'runs',
      'safetensors',
    ],
  ]);
});
