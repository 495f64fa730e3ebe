import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SampleRow } from '@assay/core';
import { expect, test } from 'vitest';
import { makeRun } from '../../test/make-run.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { SCORE_COLUMNS } from './score-rows.ts';
import { writeCsv } from './write-csv.ts';

/** A plain RFC 4180 reader, to read back what was written. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    if (quoted === undefined && plain === '' && end === '' && row.length === 0) break;
    row.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end !== ',') {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

test('every score of every sample is a row, and so is a sample without any', async () => {
  const run = makeRun({ samples: 300 });
  const file = join(temporaryFolder(), 'scores.csv');
  const written = await writeCsv(run, file);
  const text = readFileSync(file, 'utf8');
  expect(written).toEqual({ files: [file], bytes: Buffer.byteLength(text) });
  const [head, ...rows] = readCsv(text);
  expect(head).toEqual(SCORE_COLUMNS);
  let scores = 0;
  const samples = new Set<string>();
  for await (const row of makeRun({ samples: 300 }).rows) {
    scores += Object.keys(row.scores).length;
    samples.add(`${row.model} ${row.index}`);
  }
  expect(rows.filter((row) => row[8] !== '')).toHaveLength(scores);
  expect(new Set(rows.map((row) => `${row[2]} ${row[3]}`))).toEqual(samples);
  expect(rows.find((row) => row[9] === 'failed')).toMatchObject({ 6: '', 7: '', 8: '' });
});

test('commas, quotes and line ends in names survive', async () => {
  const category = 'a "b", c\r\nd';
  const alter = (row: SampleRow): SampleRow => ({ ...row, category });
  const file = join(temporaryFolder(), 'scores.csv');
  await writeCsv(makeRun({ samples: 2, alter }), file);
  expect(readCsv(readFileSync(file, 'utf8'))[1]![5]).toBe(category);
});

test('a text that a spreadsheet would take for a formula is none, unless it is asked for as it is', async () => {
  for (const category of ['=1+1', '+cmd|x', '-2+3', '@SUM(A1)', '\tx', '\rx']) {
    const alter = (row: SampleRow): SampleRow => ({ ...row, category });
    const file = join(temporaryFolder(), 'scores.csv');
    await writeCsv(makeRun({ samples: 2, alter }), file);
    expect(readCsv(readFileSync(file, 'utf8'))[1]![5]).toBe(`'${category}`);
    await writeCsv(makeRun({ samples: 2, alter }), file, { raw: true });
    expect(readCsv(readFileSync(file, 'utf8'))[1]![5]).toBe(category);
  }
});

test('each line has what the model was asked and answered, how the answer ended, the columns that are kept and what judges said', async () => {
  const file = join(temporaryFolder(), 'scores.csv');
  const alter = (row: SampleRow): SampleRow => ({
    ...row,
    ...{ state: 'scored', error: null, prompt: 'Q: why?', output: 'so', scores: { 'a.s': 1 }, unscored: {} },
    ...{ stopReason: 'length', columns: { source: 'page 3' }, weight: 2.5 },
    remarks: { a: [{ by: 'j', holds: 'right', said: ['right'], sureness: 0.9, score: 1, reason: 'It says so.' }] },
  });
  await writeCsv(makeRun({ models: ['A'], samples: 1, alter }), file);
  const [, line] = readFileSync(file, 'utf8').split('\r\n');
  expect(line).toMatch(
    /,a,s,1,scored,Q: why\?,so,length,"\{""source"":""page 3""\}",,2.5,"j: right \(0\.90\)\nIt says so\."$/,
  );
});
