import { appendFileSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { beforeEach, expect, test } from 'vitest';
import { storedManifest, storedSummary } from '../../test/stored-run.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { writeCheckpoint } from '../journal/checkpoint.ts';
import { encodeRecord, type SampleRecord } from '../journal/journal-record.ts';
import { type RunFolder, runFolder } from '../storage/run-folder.ts';
import { findDamage } from './find-damage.ts';
import { readManifest } from './manifest.ts';
import { readRows } from './read-rows.ts';
import { findRun, RUNS_FOLDER, readRun } from './read-run.ts';
import { damageText, isDamaged, requireSound } from './run-damage.ts';
import { readSummary } from './stored-summary.ts';

const STATES = ['scored', 'scored', 'failed', 'unscored'] as const;
const line = (sample: number, state: SampleRecord['state'] = STATES[sample]!, model = 'm') =>
  encodeRecord({ kind: 'sample', model, sample, digest: `${sample}`, state, outcomes: {} });
const head = encodeRecord({ kind: 'run', format: 1, run: 'r', planDigest: 'd' });
const text = head + STATES.map((_, at) => line(at)).join('');

let folder: RunFolder;

beforeEach(() => {
  folder = runFolder(temporaryFolder());
  writeFileSync(folder.journal, text);
  writeFileSync(folder.manifest, storedManifest({ journal: { bytes: text.length, crc32: crc32(text) } }));
  // What was skipped has no line.
  writeFileSync(
    folder.summary,
    storedSummary([{ name: 'm', states: { scored: 2, failed: 1, unscored: 1, skipped: 5 } }]),
  );
});

const damage = async () => findDamage(folder, await readManifest(folder), await readSummary(folder.summary));
const asOfEarlierVersion = () => writeFileSync(folder.manifest, storedManifest());

test('a journal that is as it was written is sound, and so is an earlier version’s whose samples are all there', async () => {
  expect(await damage()).toBeUndefined();
  asOfEarlierVersion();
  expect(await damage()).toBeUndefined();
});

test('a line that was changed is counted, with the sample that it held', async () => {
  writeFileSync(folder.journal, text.replace('"sample":2', '"sample":3'));
  const found = await damage();
  expect(found).toEqual({ lines: 1, models: [{ name: 'm', counted: 4, found: 3 }], checkpoint: false });
  expect(damageText(found!)).toBe(
    '1 line of its journal is damaged or lost; of m it holds 3 samples where its summary counts 4',
  );
});

test('lines that are lost from its end are told even where no sample was in them', async () => {
  truncateSync(folder.journal, text.length - line(3).length);
  expect(await damage()).toEqual({ lines: 1, models: [{ name: 'm', counted: 4, found: 3 }], checkpoint: false });
  const withoutHead = text.slice(head.length);
  writeFileSync(folder.journal, withoutHead);
  expect(await damage()).toEqual({ lines: 1, models: [], checkpoint: false });
});

test('a last line that is torn counts as one that is damaged', async () => {
  asOfEarlierVersion();
  appendFileSync(folder.journal, '{"kind":"sam');
  expect(await damage()).toEqual({ lines: 1, models: [], checkpoint: false });
});

test('more lines than the manifest knows of are as good as their samples', async () => {
  appendFileSync(folder.journal, encodeRecord({ kind: 'run', format: 1, run: 'r', planDigest: 'd' }));
  expect(await damage()).toBeUndefined();
  appendFileSync(folder.journal, line(9, 'scored'));
  expect(await damage()).toEqual({ lines: 0, models: [{ name: 'm', counted: 4, found: 5 }], checkpoint: false });
});

test('as many samples in other states are damage too; samples of a model that the summary does not name are not', async () => {
  asOfEarlierVersion();
  writeFileSync(folder.journal, text.replace(line(2), line(2, 'refused')) + line(0, 'scored', 'gone'));
  const found = await damage();
  expect(found).toEqual({ lines: 0, models: [{ name: 'm', counted: 4, found: 4 }], checkpoint: false });
  expect(damageText(found!)).toBe('of m it holds the samples in other states than its summary counts');
});

test('a run without its journal has lost every sample', async () => {
  rmSync(folder.journal);
  expect(await damage()).toEqual({ lines: 0, models: [{ name: 'm', counted: 4, found: 0 }], checkpoint: false });
  await expect(readRun(folder)).rejects.toMatchObject({ code: 'RUN_DAMAGED' });
});

test('a damaged checkpoint is told, and costs nothing', async () => {
  await writeCheckpoint(folder.checkpoint, { bytes: text.length, checksum: crc32(text) }, new Map(), 0, []);
  expect(await damage()).toBeUndefined();
  writeFileSync(folder.checkpoint, readFileSync(folder.checkpoint, 'utf8').replace('"bytes":', '"bytes":1'));
  const found = await damage();
  expect(found).toEqual({ lines: 0, models: [], checkpoint: true });
  expect(damageText(found!)).toBe('its checkpoint is damaged, which no figure is made of');
  expect(isDamaged(found)).toBe(false);
  expect(await readRun(folder)).toMatchObject({ damage: found });
});

test('what decides is refused a damaged run, with what to do; what shows it may have what is left', async () => {
  writeFileSync(folder.journal, text.replace('"sample":1', '"sample":0').replace('"sample":2', '"sample":0'));
  const refused = {
    code: 'RUN_DAMAGED',
    message: `${folder.path} is damaged: 2 lines of its journal are damaged or lost; of m it holds 2 samples where its summary counts 4`,
    hint: expect.stringContaining('--accept-damage'),
  };
  await expect(readRun(folder)).rejects.toMatchObject(refused);
  const told = await readRun(folder, { onDamage: 'tell' });
  expect(told.damage).toMatchObject({ lines: 2 });
  const rows: number[] = [];
  for await (const { index } of told.rows) rows.push(index);
  expect(rows).toEqual([0, 3]);
});

test('only what figures are made of counts as damage', () => {
  const none = { lines: 0, models: [], checkpoint: false };
  expect([undefined, none, { ...none, checkpoint: true }].map(isDamaged)).toEqual([false, false, false]);
  expect(isDamaged({ ...none, lines: 1 })).toBe(true);
  expect(isDamaged({ ...none, models: [{ name: 'm', counted: 1, found: 0 }] })).toBe(true);
  expect(() => requireSound('here', { ...none, checkpoint: true })).not.toThrow();
  expect(() => requireSound('here', { ...none, lines: 3 })).toThrow('here is damaged: 3 lines of its journal are');
});

test('damage that came after a run was looked at ends the reading behind its last row', async () => {
  const { rows } = await readRun(folder);
  writeFileSync(folder.journal, text.replace('"sample":2', '"sample":3'));
  const read: number[] = [];
  const reading = (async () => {
    for await (const { index } of rows) read.push(index);
  })();
  await expect(reading).rejects.toMatchObject({
    code: 'RUN_JOURNAL_CORRUPT',
    message: `1 lines of ${folder.journal} are damaged`,
    hint: expect.stringContaining('--resume'),
  });
  expect(read).toEqual([0, 1, 3]);
  rmSync(folder.journal);
  await expect(readRows(folder).next()).rejects.toMatchObject({
    code: 'RUN_DAMAGED',
    hint: expect.stringContaining('--resume'),
  });
});

test('latest and previous are the last runs that have finished, by the time in their names', () => {
  const project = temporaryFolder();
  expect(() => findRun('latest', project)).toThrow(`that is the latest finished one in ${join(project, RUNS_FOLDER)}`);
  const place = (name: string, files: readonly string[]) => {
    const path = join(project, RUNS_FOLDER, name);
    mkdirSync(path, { recursive: true });
    for (const file of files) writeFileSync(join(path, file), '{}');
    return path;
  };
  const oldest = place('20261101T000000Z-b', ['manifest.json', 'summary.json']);
  expect(findRun('latest', project).path).toBe(oldest);
  expect(() => findRun('previous', project)).toThrow(expect.objectContaining({ code: 'RUN_NOT_FOUND' }));
  const newest = place('20261103T000000Z-a', ['manifest.json', 'summary.json']);
  place('20261104T000000Z-a', ['manifest.json']);
  place('20261102T000000Z-a', ['manifest.json', 'summary.json']);
  expect(findRun('latest', project).path).toBe(newest);
  expect(findRun('previous', project).path).toContain('20261102');
  const named = join(project, 'latest');
  mkdirSync(named);
  writeFileSync(join(named, 'manifest.json'), '{}');
  expect(findRun('latest', project).path).toBe(named);
});
