import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { DataFile } from '../src/datasets/data-file.ts';
import { KeptReadings } from '../src/datasets/kept-readings.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ROWS = 20_000;
const lines = Array.from({ length: ROWS }, (_, i) => `${JSON.stringify({ i, text: 'word '.repeat(40) })}\n`);

let base: string;
let path: string;
let kept: string;
beforeEach(async () => {
  base = temporaryFolder();
  path = join(base, 'rows.jsonl');
  kept = join(base, 'kept');
  await writeFile(path, lines.join(''));
});

/** However small and new files are. */
const always = () => new KeptReadings(kept, 1, 0);

async function pinOf(readings?: KeptReadings): Promise<{ sha256: string | null; numbers: unknown[] }> {
  const file = await DataFile.open(path, { kept: readings });
  const { sha256 } = await file.pin();
  const numbers: unknown[] = [];
  let at = 0;
  const wanted = (from: number, to: number) =>
    from < 12_003 && to > 12_000 ? { from: 12_000, to: 12_003 } : undefined;
  for await (const batch of file.rows({ wanted })) {
    for (let i = 0; i < batch.count; i++) if (at + i >= 12_000 && at + i < 12_003) numbers.push(batch.record(i).i);
    at += batch.count;
  }
  expect(at).toBe(ROWS);
  return { sha256, numbers };
}

/** Says of the file what it is not, so that one sees who believes it. */
async function tamper(change: (reading: Record<string, unknown>) => void): Promise<void> {
  const [name] = await readdir(kept);
  const { sealed: _, crc32: __, ...reading } = JSON.parse(await readFile(join(kept, name!), 'utf8'));
  change(reading);
  await writeFile(join(kept, name!), JSON.stringify(reading));
}

test('what one process found is what the next one takes, without reading all of the file', async () => {
  const alone = await pinOf();
  expect(alone.numbers).toEqual([12_000, 12_001, 12_002]);
  expect(await pinOf(always())).toEqual(alone);
  expect(await pinOf(always())).toEqual(alone);
  await tamper((reading) => {
    reading.sha256 = 'a'.repeat(64);
  });
  expect(await pinOf(always())).toEqual({ ...alone, sha256: 'a'.repeat(64) });
});

test('a file that was written to is read anew', async () => {
  await pinOf(always());
  await writeFile(path, lines.join('').replace('"i":12001', '"i":12009'));
  const alone = await pinOf();
  expect(alone.numbers).toEqual([12_000, 12_009, 12_002]);
  expect(await pinOf(always())).toEqual(alone);
});

test('a block that is other than it was kept is told', async () => {
  await pinOf(always());
  await tamper((reading) => {
    reading.sums = Buffer.from(String(reading.sums), 'base64').fill(7).toString('base64');
  });
  await expect(pinOf(always())).rejects.toThrow('was changed while it was in use');
});

test.each<[string, (reading: Record<string, unknown>) => void]>([
  ['of fewer blocks', (reading) => (reading.sums = 'AAAAAA==')],
  ['of half a number', (reading) => (reading.ranges = 'AAAA')],
  ['of half a range', (reading) => (reading.ranges = Buffer.alloc(24).toString('base64'))],
  ['of another format', (reading) => (reading.format = 2)],
  ['of another file', (reading) => (reading.mark = 'x')],
  ['for another cut', (reading) => (reading.parts = 1)],
])('a kept reading %s is left alone', async (_, change) => {
  const alone = await pinOf(always());
  await tamper(change);
  expect(await pinOf(always())).toEqual(alone);
});

test('nothing is kept of a small file, nor of one that was written to a moment ago', async () => {
  await pinOf(new KeptReadings(kept, 2 ** 26, 0));
  await pinOf(new KeptReadings(kept, 1));
  expect(await readdir(kept).catch(() => [])).toEqual([]);
});

test('a folder that cannot be written to is no reason to stop, and the oldest readings go', async () => {
  const alone = await pinOf();
  await writeFile(kept, 'no folder');
  expect(await pinOf(always())).toEqual(alone);
  kept = join(base, 'full');
  await mkdir(kept);
  for (let i = 0; i < 40; i++) await writeFile(join(kept, `${i}.json`), '{}');
  await pinOf(always());
  expect(await readdir(kept)).toHaveLength(32);
});
