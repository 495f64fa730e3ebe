import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { isAssayError } from '../errors/assay-error.ts';
import { hasMoreValues } from './count-json-values.ts';
import type { BadRow } from './dataset.ts';
import { openDataset } from './open-dataset.ts';

type Budgets = NonNullable<Parameters<typeof openDataset>[0]['budgets']>;

interface Read {
  readonly inputs: readonly (string | undefined)[];
  readonly bad: readonly [number, string][];
}

async function read(path: string, budgets: Budgets = {}): Promise<Read> {
  const dataset = await openDataset({ input_data_location: path, model_input_key: 'q', budgets });
  await dataset.pin();
  const bad: [number, string][] = [];
  const inputs: (string | undefined)[] = [];
  const onBadRow = ({ index, error }: BadRow) => void bad.push([index, error.code]);
  for await (const { features } of dataset.samples({ onBadRow })) inputs.push(features.model_input);
  return { inputs, bad };
}

const failure = (reading: Promise<unknown>): Promise<unknown> =>
  reading.then(
    () => 'no error',
    (thrown: unknown) => (isAssayError(thrown) ? thrown.code : thrown),
  );

function file(name: string, content: string | Buffer): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

const rows = (...texts: string[]): string => texts.map((q) => JSON.stringify({ q })).join('\n');

test('a packed file that is cut or damaged is told by its name, wherever the damage is', async () => {
  const random = Array.from({ length: 4000 }, (_, i) => `${Math.imul(i, 0x9e3779b1) >>> 0}`);
  const packed = gzipSync(rows(...random));
  for (let share = 0.05; share < 1; share += 0.1) {
    const at = Math.floor(packed.length * share);
    expect(await failure(read(file('a.jsonl.gz', packed.subarray(0, at)))), `cut at ${at}`).toBe('DATASET_SYNTAX');
    const flipped = Buffer.from(packed);
    flipped[at]! ^= 0x5a;
    const ending = await failure(read(file('b.jsonl.gz', flipped)));
    expect(ending, `flipped at ${at}`).toBe('DATASET_SYNTAX');
    expect(await failure(read(file('c.json.gz', packed.subarray(0, at))))).toBe('DATASET_SYNTAX');
  }
});

test('a packed file that unpacks to far more than text does is refused', async () => {
  const bomb = gzipSync(Buffer.alloc(40 * 2 ** 20, 0x20));
  expect(await failure(read(file('bomb.jsonl.gz', bomb)))).toBe('DATASET_TOO_LARGE');
  expect(await failure(read(file('bomb.csv.gz', bomb), { unpacked_bytes: 2 ** 20 }))).toBe('DATASET_TOO_LARGE');
  expect(await failure(read(file('many.jsonl.gz', gzipSync(rows('a', 'b'))), { unpacked_bytes: 10 }))).toBe(
    'DATASET_TOO_LARGE',
  );
});

test('only regular files are data: a pipe, a device and a folder in its place are refused at once', async () => {
  const folder = temporaryFolder();
  const pipe = join(folder, 'pipe.jsonl');
  execFileSync('mkfifo', [pipe]);
  const device = join(folder, 'device.jsonl');
  symlinkSync('/dev/zero', device);
  expect(await failure(read(pipe))).toBe('DATASET_NOT_A_FILE');
  expect(await failure(read(device))).toBe('DATASET_NOT_A_FILE');
});

test('a line beyond the budget is one bad row, in the place where it stands', async () => {
  const long = JSON.stringify({ q: 'x'.repeat(3 * 2 ** 20) });
  const text = `${rows('first')}\n${long}\n${rows('third', 'fourth')}`;
  const expected = { inputs: ['first', 'third', 'fourth'], bad: [[1, 'DATASET_TOO_LARGE']] };
  expect(await read(file('a.jsonl', text), { line_bytes: 2 ** 20 })).toEqual(expected);
  expect(await read(file('a.jsonl.gz', gzipSync(text)), { line_bytes: 2 ** 20 })).toEqual(expected);
  expect(await read(file('last.jsonl', `${rows('first')}\n${long}`), { line_bytes: 2 ** 20 })).toEqual({
    inputs: ['first'],
    bad: [[1, 'DATASET_TOO_LARGE']],
  });
  const { inputs } = await read(file('whole.jsonl', text));
  expect(inputs.map((input) => input?.length)).toEqual([5, 3 * 2 ** 20, 5, 6]);
});

test('a CSV quote that is never closed takes no more than the budget', async () => {
  const text = `q\nfirst\n"${'x'.repeat(3 * 2 ** 20)}`;
  const { inputs, bad } = await read(file('open.csv', text), { line_bytes: 2 ** 20 });
  expect(inputs).toEqual(['first']);
  // What is left of the text is taken up again after each budget's worth.
  expect(bad.length).toBeLessThan(6);
});

test('a value nested too deep, and a row too wide, are bad rows', async () => {
  const deep = `{"q": "deep", "v": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  const inKey = `{"q": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  const wide = JSON.stringify({ q: 'wide', ...Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`c${i}`, i])) });
  const path = file('a.jsonl', [rows('first'), deep, inKey, wide, rows('last')].join('\n'));
  expect(await read(path, { columns: 20 })).toEqual({
    inputs: ['first', 'last'],
    bad: [
      [1, 'DATASET_BAD_VALUE'],
      [2, 'DATASET_BAD_VALUE'],
      [3, 'DATASET_BAD_VALUE'],
    ],
  });
  expect((await read(path, { columns: 21 })).inputs).toEqual(['first', 'wide', 'last']);
});

test('a JSON document beyond its budget is refused, unpacked size counted', async () => {
  const text = JSON.stringify([{ q: 'x'.repeat(5000) }]);
  expect(await failure(read(file('a.json', text), { document_bytes: 1000 }))).toBe('DATASET_TOO_LARGE');
  expect(await failure(read(file('a.json.gz', gzipSync(text)), { document_bytes: 1000 }))).toBe('DATASET_TOO_LARGE');
  expect((await read(file('b.json', text))).inputs).toHaveLength(1);
});

test('a JSON document of very many values is refused before it is parsed, whatever its texts hold', async () => {
  const many = (count: number, text: string) =>
    JSON.stringify(Array.from({ length: count }, () => ({ q: text, more: [1, 2, 3] })));
  // A row counts itself, its text, its list and the list's three numbers, less what has no comma or bracket before it.
  expect((await read(file('few.json', many(10, 'a')), { document_values: 61 })).inputs).toHaveLength(10);
  expect(await failure(read(file('more.json', many(40, 'a')), { document_values: 100 }))).toBe('DATASET_TOO_LARGE');
  const commas = many(10, `${',[{'.repeat(500)}"\\`);
  expect((await read(file('text.json', commas), { document_values: 70 })).inputs).toHaveLength(10);
  // 90 million empty objects would take five gigabytes.
  const bomb = file('bomb.json', `[{"q":"a"}${',{}'.repeat(20_000_000)}]`);
  expect(await failure(read(bomb))).toBe('DATASET_TOO_LARGE');
});

test('no text has more values than are counted', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), (json) => {
      const count = (value: unknown): number =>
        typeof value === 'object' && value !== null
          ? 1 + Object.values(value).reduce((sum, v) => sum + count(v), 0)
          : 1;
      const padded = Buffer.from(json.padEnd(4 * json.length + 8));
      const values = count(JSON.parse(json));
      expect(values < 2 || hasMoreValues(padded, values - 1)).toBe(true);
    }),
  );
});
