import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { datasetConfig } from '../config/schema/dataset-config.ts';
import type { AssayError } from '../errors/assay-error.ts';
import { openDataset } from './open-dataset.ts';
import { detectEncoding } from './text-encoding.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-text-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const ROWS =
  'Frage;Antwort\r\nWie heißt die größte Stadt Österreichs?;Wien\r\n"Wer schrieb „Faust; eine Tragödie“?";Goethe\r\n';
const READ = [
  { Frage: 'Wie heißt die größte Stadt Österreichs?', Antwort: 'Wien' },
  { Frage: 'Wer schrieb „Faust; eine Tragödie“?', Antwort: 'Goethe' },
];

const WINDOWS = new Map([
  ['„', 0x84],
  ['’', 0x92],
  ['“', 0x93],
]);
const windows1252 = (text: string): Buffer =>
  Buffer.from([...text].map((letter) => WINDOWS.get(letter) ?? letter.charCodeAt(0)));

const swapped = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

async function read(name: string, bytes: Buffer, settings: Record<string, unknown> = {}) {
  const path = join(folder, name);
  await writeFile(path, bytes);
  const dataset = await openDataset(datasetConfig.parse({ input_data_location: path, ...settings }));
  const records: unknown[] = [];
  const bad: AssayError[] = [];
  for await (const { record } of dataset.samples({ onBadRow: ({ error }) => bad.push(error) })) records.push(record);
  return { records, bad, notes: dataset.readingNotes(), rows: await dataset.countRows() };
}

test.each([
  ['UTF-8', Buffer.from(ROWS)],
  ['UTF-8 with a mark', Buffer.from(`\uFEFF${ROWS}`)],
  ['UTF-16 as Excel saves it', Buffer.from(`\uFEFF${ROWS}`, 'utf16le')],
  ['UTF-16, big end first', swapped(`\uFEFF${ROWS}`)],
  ['UTF-16 without a mark', Buffer.from(ROWS, 'utf16le')],
])('%s is read without a word', async (_, bytes) => {
  expect(await read('data.csv', bytes)).toEqual({ records: READ, bad: [], notes: [], rows: 2 });
});

test('Windows-1252 is found, and said', async () => {
  const { records, notes } = await read('data.csv', windows1252(ROWS));
  expect(records).toEqual(READ);
  expect(notes).toEqual(['data.csv: not UTF-8, read as windows-1252; set dataset.encoding if letters are wrong']);
});

test('packed files and JSON Lines are read the same', async () => {
  expect((await read('data.csv.gz', gzipSync(Buffer.from(`\uFEFF${ROWS}`, 'utf16le')))).records).toEqual(READ);
  const lines = READ.map((row) => `${JSON.stringify(row)}\n`).join('');
  expect(await read('data.jsonl', Buffer.from(`\uFEFF${lines}`, 'utf16le'))).toMatchObject({ records: READ, rows: 2 });
  expect((await read('data.json', Buffer.from(JSON.stringify(READ), 'utf16le'))).records).toEqual(READ);
});

test('an encoding that is asked for is used, and one that no decoder knows is refused', async () => {
  // "Какой город" in Windows-1251.
  const cyrillic = Buffer.concat([
    Buffer.from('q,a\n'),
    Buffer.from([0xca, 0xe0, 0xea, 0xee, 0xe9]),
    Buffer.from(',x\n'),
  ]);
  expect((await read('data.csv', cyrillic, { encoding: 'windows-1251' })).records).toEqual([{ q: 'Какой', a: 'x' }]);
  expect(datasetConfig.safeParse({ input_data_location: 'x', encoding: 'utf-9' }).success).toBe(false);
});

test('an encoding that cannot be told is never damaged in silence', async () => {
  const cyrillic = Buffer.concat([
    Buffer.from('q,a\n'),
    Buffer.from([0xca, 0xe0, 0xea, 0xee, 0xe9]),
    Buffer.from(',x\nplain,y\n'),
  ]);
  const { records, bad } = await read('data.csv', cyrillic);
  expect(records).toEqual([{ q: 'plain', a: 'y' }]);
  expect(bad.map(({ code, message }) => [code, message])).toEqual([
    ['DATASET_SYNTAX', expect.stringContaining('not valid UTF-8; set dataset.encoding')],
  ]);
  await expect(
    read('head.csv', Buffer.from([0xca, 0xe0, 0xea, 0x2c, 0x61, 0x0a, 0x61, 0x2c, 0x62, 0x0a])),
  ).rejects.toMatchObject({
    code: 'DATASET_ENCODING',
  });
  await expect(read('data.csv', windows1252(ROWS), { encoding: 'utf-16le' })).rejects.toMatchObject({
    code: /^DATASET_/,
  });
});

test('one damaged letter in UTF-8 does not make another encoding of it', async () => {
  const bytes = Buffer.concat([Buffer.from('q,a\nÄrger,x\ngr'), Buffer.from([0xfc]), Buffer.from('n,y\n')]);
  const { records, bad } = await read('data.csv', bytes);
  expect([records, bad.length]).toEqual([[{ q: 'Ärger', a: 'x' }], 1]);
});

test.each([
  ['a zip under another ending', 'data.csv', Buffer.from('PK\u0003\u0004rest')],
  ['a spreadsheet', 'data.xlsx', Buffer.from('PK\u0003\u0004rest')],
])('%s is refused with the way out', async (_, name, bytes) => {
  await expect(read(name, bytes)).rejects.toMatchObject({ hint: expect.stringContaining('CSV UTF-8') });
});

test('any text in UTF-8 is taken as UTF-8, wherever its first bytes end', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 4 }), fc.nat(3), (text, cut) => {
      const bytes = Buffer.from(`question\n${text.replaceAll('\0', '')}`);
      expect(detectEncoding(bytes.subarray(0, bytes.length - cut))?.name).toBe('utf-8');
    }),
  );
});
