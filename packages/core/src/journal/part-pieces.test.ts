import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { encodePart } from './encode-part.ts';
import { findFailedRecords, sampleName } from './failed-records.ts';
import { encodeRecord, type JournalRecord, type SampleRecord } from './journal-record.ts';
import { bitWidth, packNumbers, unpackNumbers } from './parquet-levels.ts';
import { PartFiles, partName, partsFolder, readPart } from './part-files.ts';
import { partNumbers, partSamples } from './read-part.ts';
import { ScoredColumns } from './scored-columns.ts';
import { pushVarint, ThriftWriter } from './thrift-writer.ts';
import { indexValues, MOST_VALUES } from './value-index.ts';

const varint = (value: number) => {
  const bytes: number[] = [];
  pushVarint(bytes, value);
  return bytes;
};

test('numbers of any size are written seven bits a byte, the lowest first', () => {
  expect([varint(0), varint(127), varint(128), varint(300), varint(2 ** 35)]).toEqual([
    [0],
    [127],
    [128, 1],
    [172, 2],
    [128, 128, 128, 128, 128, 1],
  ]);
});

test('thrift’s compact protocol: fields by their distance, signs folded, texts and lists by their length', () => {
  const bytesOf = (write: (writer: ThriftWriter) => void) => {
    const writer = new ThriftWriter();
    write(writer);
    return [...writer.toBytes()];
  };
  expect(bytesOf(() => {})).toEqual([0]);
  expect(bytesOf((to) => to.int32(1, 5))).toEqual([0x15, 10, 0]);
  expect(bytesOf((to) => to.int32(1, -3))).toEqual([0x15, 5, 0]);
  expect(bytesOf((to) => to.int64(2, 64))).toEqual([0x26, 128, 1, 0]);
  // The fifteenth field can be told by its distance, one further on not, nor one that comes before the last.
  expect(bytesOf((to) => to.int32(15, 0))).toEqual([0xf5, 0, 0]);
  expect(bytesOf((to) => to.int32(16, 0))).toEqual([5, 32, 0, 0]);
  const twice = (first: number, second: number) =>
    bytesOf((to) => {
      to.int32(first, 0);
      to.int32(second, 0);
    });
  expect(twice(2, 4)).toEqual([0x25, 0, 0x25, 0, 0]);
  expect(twice(2, 2)).toEqual([0x25, 0, 5, 4, 0, 0]);
  expect(bytesOf((to) => to.text(4, 'é'))).toEqual([0x48, 2, 0xc3, 0xa9, 0]);
  expect(bytesOf((to) => to.int32s(1, [1, -1]))).toEqual([0x19, 0x25, 2, 1, 0]);
  expect(bytesOf((to) => to.texts(1, ['a']))).toEqual([0x19, 0x18, 1, 97, 0]);
  expect(bytesOf((to) => to.int32s(1, Array(14).fill(0))).slice(0, 2)).toEqual([0x19, 0xe5]);
  expect(bytesOf((to) => to.int32s(1, Array(15).fill(0))).slice(0, 3)).toEqual([0x19, 0xf5, 15]);
  // A structure numbers its own fields, and the outer one goes on behind it.
  expect(
    bytesOf((to) => {
      to.struct(3, () => to.int32(1, 1));
      to.int32(4, 1);
    }),
  ).toEqual([0x3c, 0x15, 2, 0, 0x15, 2, 0]);
  expect(bytesOf((to) => to.structs(2, [7, 8], (value) => to.int32(1, value)))).toEqual([
    ...[0x29, 0x2c, 0x15, 14, 0, 0x15, 16, 0, 0],
  ]);
});

test('small numbers are packed as Parquet has it, in its own example too', () => {
  expect([0, 1, 2, 255, 256].map(bitWidth)).toEqual([1, 1, 2, 8, 9]);
  expect([...packNumbers([0, 1, 2, 3, 4, 5, 6, 7], 8, 3)]).toEqual([3, 0b10001000, 0b11000110, 0b11111010]);
  expect([...packNumbers([1, 1, 1], 3, 1)]).toEqual([6, 1]);
  expect([...packNumbers([300, 300], 2, 9)]).toEqual([4, 44, 1]);
  expect([...packNumbers([], 0, 1)]).toEqual([0, 0]);
  expect([...packNumbers([1, 0, 1, 1, 1, 1, 1, 1, 1], 9, 1)]).toEqual([5, 0b11111101, 1]);
  const numbers = fc
    .integer({ min: 1, max: 24 })
    .chain((width) =>
      fc.tuple(fc.constant(width), fc.array(fc.integer({ min: 0, max: 2 ** width - 1 }), { maxLength: 40 })),
    );
  fc.assert(
    fc.property(numbers, fc.boolean(), fc.nat(5), ([width, values], isRun, before) => {
      const all = isRun ? values.map(() => values[0]!) : values;
      const bytes = Buffer.concat([Buffer.alloc(before, 255), packNumbers([...all, 1], all.length, width)]);
      expect([...unpackNumbers(bytes, before, all.length, width)]).toEqual(all);
    }),
  );
  const long = Array.from({ length: 3000 }, (_, at) => at % 5);
  expect([...unpackNumbers(packNumbers(long, 3000, 3), 0, 3000, 3)]).toEqual(long);
});

test('numbers that recur are told by which they are; of too many distinct ones nothing is made', () => {
  const values = Float64Array.of(0.5, 2, 0.5, -1e300, 2, 7);
  const found = indexValues(values, 5)!;
  expect([...found.distinct]).toEqual([0.5, 2, -1e300]);
  expect([...found.indices]).toEqual([0, 1, 0, 2, 1]);
  const many = Float64Array.from({ length: MOST_VALUES + 1 }, (_, at) => at / 3);
  expect(indexValues(many, MOST_VALUES)!.distinct).toHaveLength(MOST_VALUES);
  expect(indexValues(many, MOST_VALUES)!.indices.at(-1)).toBe(MOST_VALUES - 1);
  expect(indexValues(many, MOST_VALUES + 1)).toBeUndefined();
  expect(indexValues(values, 0)).toEqual({ distinct: new Float64Array(), indices: new Uint16Array() });
});

/** Three rows: a scored one, one that lacks its first algorithm, and one that has no score at all. */
function columnsOf(changes: (columns: ScoredColumns) => void = () => {}): ScoredColumns {
  const columns = new ScoredColumns(4, [
    { label: 'qa', names: ['f1', 'em'], sampled: false },
    { label: 'own', names: ['a'], sampled: true },
  ]);
  const [qa, own] = columns.algorithms;
  columns.samples.set([3, 2 ** 33 + 1, 2 ** 40]);
  columns.digests.set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 255]);
  qa!.values.set([0.25, 1, 0.5, 0, 0.75, 1]);
  qa!.unscored.set(1, { unscored: 'too_long' });
  qa!.unscored.set(2, { unscored: 'empty_target', detail: 'none' });
  own!.outcomes!.push(
    { scores: { a: 0.1 }, statistics: { n: 2 }, remarks: ['good'] as never },
    { scores: {} },
    { unscored: 'failed', detail: 'no judge' },
  );
  columns.size = 3;
  changes(columns);
  return columns;
}

const withAll = (columns: ScoredColumns): void => {
  columns.categories = ['x', undefined, 'y'];
  columns.clusters = [undefined, 'c', 'c'];
  columns.weights = [1, 0.5];
};

test('a row says its place, its state and its outcomes, and no more than there is', () => {
  const plain = columnsOf();
  expect(plain.record(0)).toEqual({
    ...{ sample: 3, digest: '0102030405060708', state: 'scored' },
    outcomes: {
      qa: { scores: { f1: 0.25, em: 1 } },
      own: { scores: { a: 0.1 }, statistics: { n: 2 }, remarks: ['good'] },
    },
  });
  expect(plain.record(1)).toMatchObject({
    sample: 2 ** 33 + 1,
    state: 'scored',
    outcomes: { qa: { unscored: 'too_long' } },
  });
  expect(plain.record(2)).toMatchObject({ digest: 'ff00000000000000', state: 'unscored' });
  expect(plain.placed(2)).toEqual({ digest: 'ff00000000000000' });
  const full = columnsOf(withAll);
  expect(full.record(0)).toMatchObject({ category: 'x', weight: 1 });
  expect(full.record(0)).not.toHaveProperty('cluster');
  expect(full.record(2)).toMatchObject({ category: 'y', cluster: 'c' });
  expect(full.record(2)).not.toHaveProperty('weight');
  expect(full.placed(1)).toEqual({ digest: '090a0b0c0d0e0f10', cluster: 'c', weight: 0.5 });
});

test.each([
  ['plain', () => {}],
  ['categories, clusters and weights', withAll],
] as const)('a part holds its rows, for us and for any reader of Parquet: %s', async (_, changes) => {
  const columns = columnsOf(changes);
  const bytes = encodePart('m', columns)!;
  const rows = [0, 1, 2].map((row) => columns.record(row));
  expect([...partSamples(bytes)]).toEqual(rows);
  expect([...partSamples(bytes, (sample) => sample > 3)]).toEqual(rows.slice(1));
  const { samples, isPlain, scores } = partNumbers(bytes, (name) => name !== 'qa.em');
  expect([...samples]).toEqual([3, 2 ** 33 + 1, 2 ** 40]);
  expect(isPlain).toBe(changes !== withAll);
  expect([...scores].map(([name, values]) => [name, [...values]])).toEqual([
    ['qa.f1', [0.25, Number.NaN, Number.NaN]],
    ['own.a', [0.1, Number.NaN, Number.NaN]],
  ]);
  const file = new Uint8Array(bytes).buffer;
  const metadata = parquetMetadata(file);
  expect(metadata).toMatchObject({ version: 1, num_rows: 3n, created_by: 'assay' });
  const [group] = metadata.row_groups;
  expect(metadata.row_groups).toHaveLength(1);
  expect(group!.num_rows).toBe(3n);
  // Every byte between the magic word and the layout is of a column.
  const total = group!.columns.reduce((sum, { meta_data: own }) => sum + Number(own!.total_compressed_size), 0);
  expect(Number(group!.total_byte_size)).toBe(total);
  const starts = group!.columns.map(({ meta_data: own }) =>
    Number(own!.dictionary_page_offset ?? own!.data_page_offset),
  );
  expect(starts[0]).toBe(4);
  for (const [at, { meta_data: own }] of group!.columns.entries())
    expect(starts[at + 1] ?? 4 + total).toBe(starts[at]! + Number(own!.total_uncompressed_size));
  expect(
    metadata.schema
      .slice(1)
      .map(({ name, type, repetition_type }) => [name, type, repetition_type])
      .slice(0, 6),
  ).toEqual([
    ['sample', 'INT64', 'REQUIRED'],
    ['digest', 'FIXED_LEN_BYTE_ARRAY', 'REQUIRED'],
    ['model', 'BYTE_ARRAY', 'OPTIONAL'],
    ['category', 'BYTE_ARRAY', 'OPTIONAL'],
    ['cluster', 'BYTE_ARRAY', 'OPTIONAL'],
    ['weight', 'DOUBLE', 'OPTIONAL'],
  ]);
  const read = (await parquetReadObjects({ file })) as Record<string, unknown>[];
  expect(
    read.map((row) => [row.sample, row.model, row.state, row['qa.f1'] ?? null, row['unscored.qa'] ?? null]),
  ).toEqual([
    [3n, 'm', 'scored', 0.25, null],
    [BigInt(2 ** 33 + 1), 'm', 'scored', null, 'too_long'],
    [BigInt(2 ** 40), 'm', 'unscored', null, 'empty_target'],
  ]);
  expect(read.map((row) => [row.category ?? null, row.cluster ?? null, row.weight ?? null])).toEqual(
    [0, 1, 2].map((row) => [
      columns.categories?.[row] ?? null,
      columns.clusters?.[row] ?? null,
      columns.weights?.[row] ?? null,
    ]),
  );
});

test('a part is put on disk whole under its own name, and read only as its record vouches for it', async () => {
  const journal = join(temporaryFolder(), 'journal.jsonl');
  const name = partName({ model: 'm', first: 42 });
  expect(name).toMatch(/^000000000042-[0-9a-f]{8}\.parquet$/);
  expect(partName({ model: 'n', first: 42 })).not.toBe(name);
  const bytes = encodePart('m', columnsOf())!;
  const files = new PartFiles(journal);
  await files.write(name, bytes);
  await files.write(partName({ model: 'n', first: 0 }), bytes);
  const record = { part: name, bytes: bytes.length, checksum: crc32(bytes) };
  expect(await readPart(journal, record)).toEqual(bytes);
  for (const changes of [{ bytes: bytes.length - 1 }, { bytes: bytes.length + 1 }, { checksum: 1 }, { part: 'gone' }])
    expect(await readPart(journal, { ...record, ...changes })).toBeUndefined();
  const file = join(partsFolder(journal), name);
  writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.of(0)]));
  expect(await readPart(journal, record)).toBeUndefined();
});

function sample(index: number, state: SampleRecord['state'], changes: Partial<SampleRecord> = {}): SampleRecord {
  return { kind: 'sample', model: 'm', sample: index, digest: `${index}`, state, outcomes: {}, ...changes };
}

test('of samples that were asked again the last record counts, and those that are still failed are known', async () => {
  const file = join(temporaryFolder(), 'journal.jsonl');
  expect(await findFailedRecords(file)).toEqual({ replaced: new Set(), failed: new Set(), failedSamples: new Set() });
  const helperless = { outcomes: { judge: { unscored: 'helper_failed: gone' } } } as const;
  const records: JournalRecord[] = [
    { kind: 'run', format: 1, run: 'r', planDigest: 'd' },
    ...[sample(0, 'failed'), sample(1, 'scored'), sample(2, 'timed_out'), sample(0, 'scored'), sample(3, 'refused')],
    ...[sample(2, 'failed'), sample(0, 'failed', { model: 'n' }), sample(4, 'unscored', helperless)],
  ];
  writeFileSync(file, records.map((record) => `${encodeRecord(record).trimEnd()}\n`).join(''));
  const { replaced, failed, failedSamples } = await findFailedRecords(file);
  expect([...replaced]).toEqual([0, 2]);
  expect([...failed]).toEqual([5, 6, 7]);
  expect([...failedSamples]).toEqual(['2/m', '0/n', '4/m']);
  expect(sampleName({ sample: 7, model: 'a/b' })).toBe('7/a/b');
});
