import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { storedManifest, storedSummary } from '../../test/stored-run.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { encodeRecord, type RangeRecord, type SampleRecord } from '../journal/journal-record.ts';
import { type RunFolder, runFolder } from '../storage/run-folder.ts';
import { findSample, readRows } from './read-rows.ts';
import { findRun, findRunIfAny, listRuns, RUNS_FOLDER, readRun } from './read-run.ts';
import type { SampleRow } from './summary.ts';

function record(sample: number, changes: Partial<SampleRecord> = {}): SampleRecord {
  return { ...{ kind: 'sample', model: 'm', sample, digest: `${sample}`, state: 'scored', outcomes: {} }, ...changes };
}

/** A scored range with its lines. */
function range(first: number, samples: number): string {
  const lines = Array.from(
    { length: samples },
    (_, at) => `${JSON.stringify({ sample: first + at, digest: `${first + at}`, state: 'scored', outcomes: {} })}\n`,
  ).join('');
  const head = { kind: 'range', model: 'm', first, samples, accumulator: {}, badRows: [] };
  return encodeRecord({ ...head, bytes: lines.length, checksum: crc32(lines) } as unknown as RangeRecord) + lines;
}

function folderWith(lines: readonly string[], manifest: Parameters<typeof storedManifest>[0] = {}): RunFolder {
  const folder = runFolder(temporaryFolder());
  writeFileSync(folder.journal, lines.join(''));
  writeFileSync(folder.manifest, storedManifest(manifest));
  return folder;
}

const rowsOf = (...args: Parameters<typeof readRows>) => all(readRows(...args));

async function all(rows: AsyncIterable<SampleRow>): Promise<SampleRow[]> {
  const found: SampleRow[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

function runAt(parent: string, name: string): string {
  const path = join(parent, name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'manifest.json'), storedManifest());
  return path;
}

test('a run is found by its folder, from here or absolute, and by its name among the runs of the project', () => {
  const project = temporaryFolder();
  const named = runAt(join(project, RUNS_FOLDER), 'a-run');
  const placed = runAt(project, 'out/other');
  expect(findRun('a-run', project).path).toBe(named);
  expect(findRun('out/other', project).path).toBe(placed);
  expect(findRun(placed, '/').path).toBe(placed);
});

test('a folder without a manifest is no run', () => {
  const project = temporaryFolder();
  mkdirSync(join(project, 'empty'));
  expect(() => findRun('empty', project)).toThrow(
    expect.objectContaining({
      code: 'RUN_NOT_FOUND',
      message: `no run at ${join(project, 'empty')} or ${join(project, RUNS_FOLDER, 'empty')}`,
      hint: expect.stringContaining('assay runs list'),
    }),
  );
  expect(findRunIfAny('empty', project)).toBeUndefined();
  const path = runAt(project, 'run');
  expect(findRunIfAny('run', project)?.path).toBe(path);
});

test('the runs of a project come newest first, without folders that are none', async () => {
  const project = temporaryFolder();
  expect(await listRuns(project)).toEqual([]);
  const runs = join(project, RUNS_FOLDER);
  const [older, newer] = [runAt(runs, '20261101T000000Z-aaaa'), runAt(runs, '20261102T000000Z-aaaa')];
  mkdirSync(join(runs, '20261103T000000Z-aaaa'));
  expect((await listRuns(project)).map(({ path }) => path)).toEqual([newer, older]);
});

test('a run without a summary has not finished', async () => {
  await expect(readRun(folderWith([]))).rejects.toMatchObject({
    code: 'RUN_NOT_FOUND',
    message: expect.stringContaining('has not finished'),
    hint: expect.stringContaining('--resume'),
  });
});

test('a run of as many rows as are wanted is read whole; of one more, a part', async () => {
  const states = Array.from({ length: 40 }, (_, at) => (at < 30 ? ('scored' as const) : ('failed' as const)));
  const folder = folderWith(states.map((state, at) => encodeRecord(record(at, { state }))));
  writeFileSync(folder.summary, storedSummary([{ name: 'm', states: { scored: 30, failed: 10 } }]));
  for (const [maxRows, share] of [
    [undefined, undefined],
    [40, undefined],
    [39, 39 / 40],
  ] as const) {
    const view = await readRun(folder, { maxRows });
    expect(view.share).toBe(share);
    if (share === undefined) expect(await all(view.rows)).toHaveLength(40);
  }
  const { rows } = await readRun(folder, { maxRows: 4 });
  expect((await all(rows)).length).toBeLessThan(20);
});

test('rows of samples and of ranges come in the order of the journal; what is not wanted is left out', async () => {
  const folder = folderWith([
    encodeRecord({ kind: 'run', format: 1, run: 'r', planDigest: 'd' }),
    encodeRecord(record(7)),
    encodeRecord({
      kind: 'answer',
      model: 'm',
      sample: 5,
      ask: 'a',
      answer: { kind: 'generate', text: '', elapsedMs: 0 },
    }),
    range(2, 3),
    encodeRecord(record(7, { model: 'other' })),
  ]);
  const all = await rowsOf(folder);
  expect(all.map(({ model, index }) => [model, index])).toEqual([
    ['m', 7],
    ['m', 2],
    ['m', 3],
    ['m', 4],
    ['other', 7],
  ]);
  expect((await rowsOf(folder, { isWanted: (sample) => sample === 3 })).map(({ index }) => index)).toEqual([3]);
  const own = await rowsOf(folder, { counts: (model, row) => model === 'm' && row === 7 });
  expect(own.map(({ model, index }) => `${model}${index}`)).toEqual(['m7', 'm2', 'm3', 'm4']);
});

test('of a sample that was asked again the last record is its row, in a run that asked again', async () => {
  const lines = [record(1, { state: 'failed' }), record(2), record(1, { outputs: { original: 'at last' } })];
  const retried = folderWith(lines.map(encodeRecord), { retried: true });
  expect((await rowsOf(retried)).map(({ index, state, output }) => [index, state, output])).toEqual([
    [2, 'scored', null],
    [1, 'scored', 'at last'],
  ]);
  const plain = folderWith(lines.map(encodeRecord));
  expect(await rowsOf(plain)).toHaveLength(3);
  const bare = runFolder(temporaryFolder());
  writeFileSync(bare.journal, lines.map(encodeRecord).join(''));
  expect(await rowsOf(bare)).toHaveLength(3);
});

test('a sample is found in lines and in ranges, for each model, the last where it was asked again', async () => {
  const folder = folderWith([
    encodeRecord(record(3, { state: 'failed' })),
    encodeRecord(record(4)),
    encodeRecord(record(3, { model: 'other' })),
    encodeRecord(record(3)),
    range(5, 2),
    range(9, 1),
  ]);
  const found = async (index: number) =>
    (await findSample(folder, index)).map(({ model, sample, state }) => [model, sample, state]);
  expect(await found(3)).toEqual([
    ['m', 3, 'scored'],
    ['other', 3, 'scored'],
  ]);
  expect(await found(6)).toEqual([['m', 6, 'scored']]);
  expect(await found(5)).toEqual([['m', 5, 'scored']]);
  expect(await found(9)).toEqual([['m', 9, 'scored']]);
  expect(await found(8)).toEqual([]);
});

test('a row has what the record has, and nothing that it lacks', async () => {
  const full = record(0, {
    category: 'a',
    cluster: 'c',
    input: 'asked',
    target: 'wanted',
    prompt: 'Q: asked',
    features: { context: 'more' } as never,
    columns: { id: '7' },
    stopReasons: { original: 'length', 'butter_finger/0': 'stop' },
    disturbed: { 'butter_finger/0': 'aksed' },
    outputs: { original: 'said', 'butter_finger/0': 'siad' },
    logProbabilities: { original: -1.5 },
    error: { code: 'RUNNER_FAILED', message: 'once', retryable: true },
    attempts: 2,
    elapsedMs: 12,
    outcomes: {
      graded: { scores: { mark: 0.5 }, statistics: { share: [1, 2] } },
      judged: { unscored: 'unparseable', detail: 'no verdict' },
      other: { unscored: 'empty_output' },
    },
  });
  const [row, bare] = await rowsOf(folderWith([encodeRecord(full), encodeRecord(record(1))]));
  expect(row).toStrictEqual({
    ...{ model: 'm', index: 0, digest: '0', category: 'a', cluster: 'c', state: 'scored' },
    ...{ input: 'asked', prompt: 'Q: asked', target: 'wanted', features: { context: 'more' } },
    ...{ columns: { id: '7' }, stopReason: 'length' },
    ...{ output: 'said', variants: { 'butter_finger/0': 'siad' }, disturbed: { 'butter_finger/0': 'aksed' } },
    logProbabilities: { original: -1.5 },
    scores: { 'graded.mark': 0.5 },
    statistics: { graded: { share: [1, 2] } },
    unscored: { judged: 'unparseable: no verdict', other: 'empty_output' },
    error: 'RUNNER_FAILED once',
    elapsedMs: 12,
  });
  expect(bare).toStrictEqual({
    ...{ model: 'm', index: 1, digest: '1', category: null, cluster: null, state: 'scored', input: '', target: null },
    ...{ output: null, variants: {}, scores: {}, unscored: {}, error: null, elapsedMs: null },
  });
});

test('only a model that was asked has a prompt: its own text, else the input', async () => {
  const lines = [
    record(0, { input: 'asked', attempts: 1 }),
    record(1, { attempts: 1 }),
    record(2, { input: 'asked', prompt: 'P' }),
  ];
  const prompts = (await rowsOf(folderWith(lines.map(encodeRecord)))).map(({ prompt }) => prompt);
  expect(prompts).toEqual(['asked', '', undefined]);
});
