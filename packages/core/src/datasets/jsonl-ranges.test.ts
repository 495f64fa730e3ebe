import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countJsonlRows, jsonlRanges, readJsonlRange } from './jsonl-ranges.ts';
import { readJsonlRows } from './jsonl-rows.ts';
import type { RowBatch } from './row-batch.ts';

const path = join(mkdtempSync(join(tmpdir(), 'assay-ranges-')), 'rows.jsonl');

async function rowsOf(batches: AsyncIterable<RowBatch>): Promise<[number, unknown][]> {
  const rows: [number, unknown][] = [];
  for await (const batch of batches) for (let i = 0; i < batch.count; i++) rows.push([batch.line(i), batch.record(i)]);
  return rows;
}

const line = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => JSON.stringify({ text })) },
  fc.constantFrom('', ' ', '\r', '\t \r'),
);
const document = fc
  .tuple(fc.boolean(), fc.array(line, { maxLength: 30 }), fc.constantFrom('', '\n', '\r\n'))
  .map(([mark, lines, end]) => (mark ? '\uFEFF' : '') + lines.join('\n') + end);

test('cuts anywhere, and the parts hold every row once with its line and position', async () => {
  await fc.assert(
    fc.asyncProperty(document, fc.integer({ min: 1, max: 12 }), async (text, parts) => {
      writeFileSync(path, text);
      // The slow twin: split, drop blank lines, parse.
      const expected = text
        .replace(/^\uFEFF/, '')
        .split('\n')
        .flatMap((row, i): [number, unknown][] => (/[^\0-\x20]/.test(row) ? [[i + 1, JSON.parse(row)]] : []));
      expect(await rowsOf(readJsonlRows({ path }))).toEqual(expected);
      expect(await countJsonlRows({ path })).toBe(expected.length);
      const ranges = await jsonlRanges({ path }, parts);
      let next = 0;
      for (const range of ranges) {
        const rows = await rowsOf(readJsonlRows(range, range));
        expect(rows).toEqual(expected.slice(range.firstRow, range.firstRow + range.rows));
        expect(range.firstRow).toBe(next);
        next += range.rows;
      }
      expect(next).toBe(expected.length);
    }),
    { numRuns: 150 },
  );
});

test('a range between any two bytes holds the lines that begin in it', async () => {
  const text = Array.from({ length: 9 }, (_, i) => JSON.stringify({ i, pad: 'x'.repeat(i) })).join('\n');
  writeFileSync(path, text);
  const whole = (await rowsOf(readJsonlRows({ path }))).map(([, row]) => row);
  for (let cut = 0; cut <= text.length; cut++) {
    const before = await rowsOf(readJsonlRange({ path }, 0, cut));
    const after = await rowsOf(readJsonlRange({ path }, cut, text.length));
    expect([...before, ...after].map(([, row]) => row)).toEqual(whole);
  }
});

test('a line longer than a read is put together', async () => {
  const long = 'é'.repeat(1_500_000);
  writeFileSync(path, `{"text":"${long}"}\n{"text":"short"}`);
  expect((await rowsOf(readJsonlRows({ path }))).map(([, row]) => (row as { text: string }).text.length)).toEqual([
    1_500_000, 5,
  ]);
  expect(await countJsonlRows({ path })).toBe(2);
});
