import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { globPattern, isRemote, locateFiles } from './locate-files.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay locate '));
  await mkdir(join(folder, 'parts'));
  for (const name of ['a.jsonl', 'b.jsonl', 'notes.txt']) await writeFile(join(folder, 'parts', name), '{}\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each([
  ['parts\\*.jsonl', '\\', 'parts/*.jsonl'],
  ['C:\\data\\part-{1,2}.csv', '\\', 'C:/data/part-{1,2}.csv'],
  ['parts/*.jsonl', '\\', 'parts/*.jsonl'],
  ['odd\\*name/*.jsonl', '/', 'odd\\*name/*.jsonl'],
])('the glob %s of a system that writes %s is %s', (location, separator, pattern) =>
  expect(globPattern(location, separator)).toBe(pattern),
);

test('a glob with the separators of this system finds its files, in order', async () => {
  const files = await locateFiles(`parts${sep}*.jsonl`, { baseDir: folder });
  expect(files.map((file) => file.slice(-'a.jsonl'.length))).toEqual(['a.jsonl', 'b.jsonl']);
});

test.each(['C:\\data\\x.jsonl', 'C:/data/x.jsonl', 'file:///x.jsonl', '/data/x.jsonl', 'x.jsonl'])(
  '%s lies on this machine',
  (location) => expect(isRemote(location)).toBe(false),
);
