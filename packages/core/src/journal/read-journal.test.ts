import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findFailedRecords } from './failed-records.ts';
import { encodeRecord, type RangeRecord, type RunRecord, type SampleRecord } from './journal-record.ts';
import { rangeSamples } from './range-samples.ts';
import { type JournalTail, type ReadRecord, readJournal } from './read-journal.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-read-journal-'));
  file = join(folder, 'journal.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

const run: RunRecord = { kind: 'run', format: 1, run: 'r', planDigest: 'd' };

function sample(index: number, changes: Partial<SampleRecord> = {}): SampleRecord {
  return { kind: 'sample', model: 'm', sample: index, digest: `${index}`, state: 'scored', outcomes: {}, ...changes };
}

function ranged(first: number, count: number, text = ''): { record: RangeRecord; lines: Buffer; whole: Buffer } {
  const lines = Buffer.from(
    Array.from({ length: count }, (_, at) => {
      const { kind: _kind, model: _model, ...line } = sample(first + at, { input: text });
      const { sample: index, ...rest } = line;
      return `${JSON.stringify({ sample: index, ...rest })}\n`;
    }).join(''),
  );
  const record = {
    kind: 'range',
    model: 'm',
    first,
    samples: count,
    accumulator: {},
    badRows: [],
    bytes: lines.length,
    checksum: crc32(lines),
  } as unknown as RangeRecord;
  return { record, lines, whole: Buffer.concat([Buffer.from(encodeRecord(record)), lines]) };
}

const blankTail = (): JournalTail => ({ wholeBytes: 0, checksum: 0, corruptLines: 0 });

/** Records with ranges as the samples in them, since their lines lie in memory that is used again. */
async function read(parts: readonly (string | Uint8Array)[], tail = blankTail()): Promise<object[]> {
  writeFileSync(file, Buffer.concat(parts.map((part) => Buffer.from(part))));
  const found: object[] = [];
  for await (const record of readJournal(file, tail)) found.push(seen(record));
  return found;
}

function seen(record: ReadRecord): object {
  if (record.kind !== 'range') return record;
  return { range: record.range, samples: [...rangeSamples(record)] };
}

test('records and ranges come back in order, and the tail says where they end', async () => {
  const range = ranged(2, 3, 'x');
  const parts = [encodeRecord(run), encodeRecord(sample(1)), range.whole, encodeRecord(sample(9))];
  const tail = blankTail();
  const found = await read(parts, tail);
  const expected = [2, 3, 4].map((index) => sample(index, { input: 'x' }));
  expect(found).toEqual([run, sample(1), { range: range.record, samples: expected }, sample(9)]);
  const bytes = Buffer.concat(parts.map((part) => Buffer.from(part)));
  expect(tail).toEqual({ wholeBytes: bytes.length, checksum: crc32(bytes), corruptLines: 0, tornBytes: 0 });
});

test('a torn last line is left out of the tail', async () => {
  const whole = [encodeRecord(run), encodeRecord(sample(1))];
  const tail = blankTail();
  const torn = encodeRecord(sample(2)).slice(0, -1);
  expect(await read([...whole, torn], tail)).toEqual([run, sample(1)]);
  expect(tail).toEqual({
    wholeBytes: whole.join('').length,
    checksum: crc32(whole.join('')),
    corruptLines: 0,
    tornBytes: torn.length,
  });
});

test('an altered line counts as never written, and is counted', async () => {
  const altered = encodeRecord(sample(1)).replace('scored', 'failed');
  const tail = blankTail();
  const parts = [encodeRecord(run), altered, 'no record\n', encodeRecord(sample(2))];
  expect(await read(parts, tail)).toEqual([run, sample(2)]);
  expect(tail).toMatchObject({ wholeBytes: parts.join('').length, corruptLines: 2 });
});

test('of a damaged range nothing counts, its own line and each of its samples is corrupt, and what follows is read', async () => {
  const { whole } = ranged(0, 2);
  whole[whole.length - 5]! ^= 1;
  const tail = blankTail();
  expect(await read([encodeRecord(run), whole, encodeRecord(sample(7))], tail)).toEqual([run, sample(7)]);
  expect(tail.corruptLines).toBe(3);
});

test('a range whose lines are torn is no part of the whole', async () => {
  const { whole } = ranged(0, 2);
  const tail = blankTail();
  expect(await read([encodeRecord(run), whole.subarray(0, -1)], tail)).toEqual([run]);
  expect(tail.wholeBytes).toBe(encodeRecord(run).length);
});

test('reading begins where the tail says, and the checksum goes on', async () => {
  const [first, second] = [encodeRecord(run), encodeRecord(sample(1))];
  const tail = { wholeBytes: first.length, checksum: crc32(first), corruptLines: 4 };
  expect(await read([first, second], tail)).toEqual([sample(1)]);
  expect(tail).toEqual({
    wholeBytes: (first + second).length,
    checksum: crc32(first + second),
    corruptLines: 4,
    tornBytes: 0,
  });
});

test('an empty journal has no record', async () => {
  expect(await read([])).toEqual([]);
});

test('records and ranges of any size come back whole, however they lie over the pieces that are read', async () => {
  // The first piece has 64 KiB; ranges may be larger than all the memory there is at first.
  const size = fc.oneof(fc.nat(300), fc.integer({ min: 60_000, max: 300_000 }));
  const part = fc.record({ isRange: fc.boolean(), size, count: fc.integer({ min: 1, max: 3 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 8 }), async (parts) => {
      const made = parts.map(({ isRange, size, count }, at) => {
        const text = 'a'.repeat(size);
        if (!isRange) return { bytes: encodeRecord(sample(at, { input: text })), found: sample(at, { input: text }) };
        const { record, whole } = ranged(10 * at, count, text);
        const samples = Array.from({ length: count }, (_, i) => sample(10 * at + i, { input: text }));
        return { bytes: whole, found: { range: record, samples } };
      });
      const tail = blankTail();
      expect(
        await read(
          made.map(({ bytes }) => bytes),
          tail,
        ),
      ).toEqual(made.map(({ found }) => found));
      const all = Buffer.concat(made.map(({ bytes }) => Buffer.from(bytes)));
      expect(tail).toEqual({ wholeBytes: all.length, checksum: crc32(all), corruptLines: 0, tornBytes: 0 });
    }),
    { numRuns: 40, seed: 7 },
  );
});

test('of a range only the wanted samples are parsed', () => {
  const { record, lines } = ranged(10, 4);
  const asked: number[] = [];
  const wanted = rangeSamples({ kind: 'range', range: record, content: lines }, (index) => {
    asked.push(index);
    return index % 2 === 1;
  });
  expect([...wanted].map(({ sample: index }) => index)).toEqual([11, 13]);
  expect(asked).toEqual([10, 11, 12, 13]);
});

test('of a sample that failed and was asked again the last record counts', async () => {
  const helperFailed = { score: { unscored: 'helper_failed' } } as unknown as SampleRecord['outcomes'];
  const records = [
    run,
    sample(1, { state: 'failed' }),
    sample(2),
    sample(1, { state: 'timed_out' }),
    sample(1),
    sample(3, { state: 'failed' }),
    sample(3, { state: 'failed', model: 'other' }),
    sample(3, { state: 'timed_out' }),
    sample(4, { outcomes: helperFailed }),
  ];
  writeFileSync(file, records.map((record) => encodeRecord(record as SampleRecord)).join(''));
  const { replaced, failed, failedSamples } = await findFailedRecords(file);
  // Places among sample records: 1 failed, 2, 1 timed out, 1, 3 failed, 3 of the other, 3 timed out, 4.
  expect([...replaced]).toEqual([0, 2, 4]);
  expect([...failedSamples]).toContain('3/m');
  expect([...failedSamples]).toContain('3/other');
  expect([...failedSamples]).not.toContain('1/m');
  expect([...failed]).toEqual(expect.arrayContaining([5, 6]));
});

test('a journal that is not there has no failed records', async () => {
  expect(await findFailedRecords(join(folder, 'none'))).toEqual({
    replaced: new Set(),
    failed: new Set(),
    failedSamples: new Set(),
  });
});
