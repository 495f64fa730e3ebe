import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { readBytes, scanBytes } from './read-bytes.ts';

async function read(path: string, start?: number, end?: number): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of readBytes({ path }, start, end)) chunks.push(chunk);
  return chunks;
}

test('a small file takes a small buffer: thousands of them are no work for the collector', async () => {
  const path = join(temporaryFolder(), 'small.jsonl');
  await writeFile(path, '{"a":1}\n');
  const [only, ...more] = await read(path);
  expect(more).toEqual([]);
  expect(String(only)).toBe('{"a":1}\n');
  expect(only!.buffer.byteLength).toBeLessThanOrEqual(9);
  expect(String(Buffer.concat(await read(path, 2, 5)))).toBe('a":');
  await writeFile(path, '');
  expect(Buffer.concat(await read(path))).toHaveLength(0);
});

test('a file that grows while it is read is read to its end', async () => {
  const path = join(temporaryFolder(), 'grows.jsonl');
  const line = `${'x'.repeat(99)}\n`;
  await writeFile(path, line.repeat(15_000));
  let bytes = 0;
  for await (const chunk of readBytes({ path })) {
    if (bytes === 0) await appendFile(path, line.repeat(15_000));
    bytes += chunk.length;
  }
  expect(bytes).toBe(3_000_000);
});

test('scans side by side do not share a buffer', async () => {
  const folder = temporaryFolder();
  const paths = Array.from({ length: 8 }, (_, i) => join(folder, `${i}.txt`));
  await Promise.all(paths.map((path, i) => writeFile(path, String(i).repeat(3_000_000))));
  for (let round = 0; round < 2; round += 1)
    await Promise.all(
      paths.map((path, i) => scanBytes({ path }, (chunk) => expect(chunk.every((byte) => byte === 48 + i)).toBe(true))),
    );
});
