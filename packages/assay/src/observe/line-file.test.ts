import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LineFile } from './line-file.ts';

let folder: string;
const failures: string[] = [];
const onFailure = ({ code }: NodeJS.ErrnoException) => void failures.push(code ?? '');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-lines-'));
  failures.length = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('lines stand in the file in their order once it is closed', async () => {
  const path = join(folder, 'deep', 'log.jsonl');
  const file = (await LineFile.open(path, { onFailure }))!;
  const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i}`);
  for (const line of lines) file.write(line);
  await file.close();
  expect((await readFile(path, 'utf8')).trimEnd().split('\n')).toEqual(lines);
  expect(file.dropped).toBe(0);
});

test('a line is written after a while, without a close', async () => {
  const path = join(folder, 'log.jsonl');
  const file = (await LineFile.open(path, { onFailure, writeMs: 1 }))!;
  file.write('one');
  await expect.poll(() => readFile(path, 'utf8')).toBe('one\n');
  await file.close();
});

test('what finds no room is dropped and counted', async () => {
  const path = join(folder, 'log.jsonl');
  const file = (await LineFile.open(path, { onFailure, maxPending: 20 }))!;
  for (let i = 0; i < 10; i += 1) file.write('123456789');
  expect(file.dropped).toBe(8);
  await file.close();
  expect(await readFile(path, 'utf8')).toBe('123456789\n123456789\n');
});

test.skipIf(!existsSync('/dev/full'))('a full disk is told once and never thrown (needs /dev/full)', async () => {
  const file = (await LineFile.open('/dev/full', { onFailure, writeMs: 1 }))!;
  file.write('one');
  await expect.poll(() => failures).toEqual(['ENOSPC']);
  file.write('two');
  await file.close();
  expect(failures).toEqual(['ENOSPC']);
});

test('a file that cannot be opened is told and leaves nothing to write to', async () => {
  expect(await LineFile.open(folder, { onFailure })).toBeUndefined();
  expect(failures).toEqual(['EISDIR']);
});
