import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { readStandardInput } from './standard-input.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-stdin-'));
const piped = (text: string) => readStandardInput(Readable.from([Buffer.from(text)]), { folder });

test('the format is seen by the first characters, and equal bytes are one file', async () => {
  const path = await piped(' {"q": 1}\n');
  expect(path).toMatch(/\.jsonl$/);
  expect(readFileSync(path, 'utf8')).toBe(' {"q": 1}\n');
  expect(await piped(' {"q": 1}\n')).toBe(path);
  expect(await piped('\uFEFF[{"q": 1}]')).toMatch(/\.json$/);
  expect(await piped('q,a\n1,2\n')).toMatch(/\.csv$/);
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('nothing, and more than allowed, are errors that leave no file', async () => {
  const before = readdirSync(folder);
  await expect(piped('')).rejects.toMatchObject({ code: 'DATASET_EMPTY' });
  const many = Readable.from(Array.from({ length: 10 }, () => Buffer.alloc(1000)));
  await expect(readStandardInput(many, { folder, limit: 5000 })).rejects.toMatchObject({ code: 'DATASET_TOO_LARGE' });
  expect(readdirSync(folder)).toEqual(before);
});
