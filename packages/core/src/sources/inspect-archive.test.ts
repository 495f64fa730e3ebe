import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { SampleRow } from '../results/summary.ts';
import { openRun } from './open-run.ts';

const LOGS = fileURLToPath(new URL('../../fixtures/outputs/inspect/', import.meta.url));

async function rowsOf(path: string): Promise<SampleRow[]> {
  const rows: SampleRow[] = [];
  for await (const row of (await (await openRun(path, LOGS)).open()).view.rows) rows.push(row);
  return rows;
}

async function altered(change: (packed: Buffer) => Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-eval-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'log.eval');
  await writeFile(file, change(await readFile(join(LOGS, 'a.eval'))));
  return file;
}

test('a packed log holds the same rows as the JSON log that it was made of', async () => {
  const packed = await rowsOf('a.eval');
  expect(packed).toEqual(await rowsOf('a.json'));
  expect(packed).toHaveLength(4);
});

test.each([
  ['cut off', (packed: Buffer) => packed.subarray(0, packed.length - 30)],
  ['no archive', () => Buffer.from('no archive at all')],
  ['empty', () => Buffer.alloc(0)],
  [
    'with other bytes in its samples',
    (packed: Buffer) => Buffer.from(packed.map((byte, at) => (at < 4000 ? 7 : byte))),
  ],
  [
    'that claims a list of files beyond its end',
    (packed: Buffer) => {
      const changed = Buffer.from(packed);
      changed.writeUInt32LE(0x7fffffff, packed.length - 22 + 16);
      return changed;
    },
  ],
  [
    'whose files claim to be larger than memory',
    (packed: Buffer) => {
      const changed = Buffer.from(packed);
      for (let at = changed.indexOf('PK\x01\x02'); at >= 0; at = changed.indexOf('PK\x01\x02', at + 4))
        changed.writeUInt32LE(0xfffffffe, at + 24);
      return changed;
    },
  ],
])('an archive %s is refused', async (_, change) => {
  const file = await altered(change);
  await expect(openRun(file)).rejects.toMatchObject({ code: 'DATASET_SYNTAX' });
});
