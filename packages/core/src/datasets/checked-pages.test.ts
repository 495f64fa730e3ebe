import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { readParquetRows } from './parquet-rows.ts';

const ROWS = 12;

function written(): Buffer {
  const data = Array.from({ length: ROWS }, (_, i) => (i % 3 === 0 ? null : `text ${i}`));
  return Buffer.from(parquetWriteBuffer({ columnData: [{ name: 'q', data, type: 'STRING' }] }));
}

async function read(bytes: Buffer): Promise<number> {
  const path = join(temporaryFolder(), 'data.parquet');
  writeFileSync(path, bytes);
  let rows = 0;
  for await (const { count } of readParquetRows({ path })) rows += count;
  return rows;
}

/** A varint of Thrift's compact protocol for a number that is not negative. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value * 2; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}

test('a whole file is read', async () => {
  expect(await read(written())).toBe(ROWS);
});

test('a page that claims more values than the footer has rows is refused before it is decoded', async () => {
  const bytes = written();
  // Behind type and sizes: the header of a data page (field 5 or 8), with the count as its first member.
  const places = [0x2c, 0x5c].map((field) =>
    bytes.indexOf(Buffer.concat([Buffer.from([field, 0x15]), varint(ROWS)]), 4),
  );
  const at = Math.max(...places) + 2;
  expect(at).toBeGreaterThan(5);
  for (const lie of [ROWS + 1, 63]) {
    const other = Buffer.from(bytes);
    varint(lie).copy(other, at);
    await expect(read(other)).rejects.toMatchObject({
      code: 'DATASET_SYNTAX',
      message: expect.stringContaining(`${lie} values`),
    });
  }
});

test('any byte of the pages may be another: rows, or a coded error, and an end', async () => {
  const bytes = written();
  const footer = bytes.readUInt32LE(bytes.length - 8);
  for (let at = 4; at < bytes.length - 8 - footer; at += 1) {
    for (const value of [0, 0x7f, 0x80, 0xff]) {
      const other = Buffer.from(bytes);
      other[at] = value;
      await read(other).then(
        (rows) => expect(rows).toBe(ROWS),
        (thrown) => expect(thrown, `byte ${at} as ${value}`).toMatchObject({ code: 'DATASET_SYNTAX' }),
      );
    }
  }
});
