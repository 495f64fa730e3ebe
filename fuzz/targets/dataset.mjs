// Data files of every format: the rows that a slow reader finds, or bad rows and coded errors.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { openDataset } from '@assay/core';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { mutateBytes, mutateValue } from '../mutate.mjs';
import { codedOr, Violation } from '../target.mjs';

const ROWS = Array.from({ length: 12 }, (_, i) => ({
  q: i % 5 === 0 ? `Größe ${i} 東京 "quoted",\nline` : `Question ${i}?`,
  a: i % 3 === 0 ? [`${i}`, `number ${i}`] : `${i}`,
  n: i / 3,
  c: i % 2 === 0 ? 'even' : null,
}));
const quote = (value) => `"${String(value ?? '').replaceAll('"', '""')}"`;

const ENCODERS = {
  jsonl: (rows) => Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n')),
  json: (rows) => Buffer.from(JSON.stringify(rows)),
  csv: (rows) =>
    Buffer.from(['q,a,n,c', ...rows.map(({ q, a, n, c } = {}) => [q, a, n, c].map(quote).join(','))].join('\r\n')),
  tsv: (rows) => Buffer.from(['q\ta', ...rows.map(({ q, a } = {}) => [q, a].map(quote).join('\t'))].join('\n')),
  parquet: () =>
    Buffer.from(
      parquetWriteBuffer({
        columnData: [
          { name: 'q', data: ROWS.map(({ q }) => q), type: 'STRING' },
          { name: 'a', data: ROWS.map(({ a }) => String(a)), type: 'STRING' },
          { name: 'n', data: ROWS.map(({ n }) => n), type: 'DOUBLE' },
        ],
      }),
    ),
};

export function make(random) {
  const format = random.pick(Object.keys(ENCODERS));
  const rows = format !== 'parquet' && random.chance(0.5) ? mutateValue(ROWS, random) : ROWS;
  const isWhole = random.chance(0.15);
  let bytes = ENCODERS[format](Array.isArray(rows) ? rows.map((row) => row ?? {}) : ROWS);
  if (!isWhole) bytes = mutateBytes(bytes, random);
  const isPacked = format !== 'parquet' && random.chance(0.25);
  if (isPacked) bytes = random.chance(0.5) ? gzipSync(bytes) : mutateBytes(gzipSync(bytes), random);
  return { name: `data.${format}${isPacked ? '.gz' : ''}`, bytes };
}

export const freeze = ({ name, bytes }) => ({ name, base64: bytes.toString('base64') });
export const revive = ({ name, base64 }) => ({ name, bytes: Buffer.from(base64, 'base64') });

export async function check({ name, bytes }, folder) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const found = await codedOr(async () => {
    const dataset = await openDataset({ input_data_location: path, model_input_key: 'q', target_output_key: 'a' });
    await dataset.pin();
    const inputs = [];
    let bad = 0;
    for await (const { index, features } of dataset.samples({ onBadRow: () => bad++ }))
      inputs.push([index, features.model_input]);
    return { inputs, bad, rows: await dataset.countRows() };
  });
  if (found.value === undefined) return;
  const { inputs, bad, rows } = found.value;
  if (inputs.length + bad !== rows) throw new Violation(`${inputs.length} samples and ${bad} bad rows of ${rows} rows`);
  if (name === 'data.jsonl') compareWithTwin(inputs, bytes);
}

/** The slow reader: lines one by one, those that are no UTF-8 or no object left out. */
function compareWithTwin(inputs, bytes) {
  const expected = [];
  let index = 0;
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  for (const line of split(bytes.subarray(start))) {
    if (line.every((byte) => byte <= 32)) continue;
    try {
      const { q } = JSON.parse(decoder.decode(line));
      if (typeof q === 'string') expected.push([index, q]);
    } catch {
      // A bad row.
    }
    index++;
  }
  const texts = inputs.filter(([at, input]) => expected.some(([row, q]) => row === at && q === input));
  const missing = expected.filter(([row]) => !inputs.some(([at]) => at === row));
  const wrong = expected.filter(([row, q]) => inputs.some(([at, input]) => at === row && input !== q));
  if (wrong.length > 0) throw new Violation(`row ${wrong[0][0]} is ${JSON.stringify(wrong[0][1])} to the slow reader`);
  // A row may be bad for another of its fields.
  if (texts.length + missing.length < expected.length) throw new Violation('rows differ from those of the slow reader');
}

function* split(bytes) {
  let start = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, start)) {
    yield bytes.subarray(start, at);
    start = at + 1;
  }
  yield bytes.subarray(start);
}
