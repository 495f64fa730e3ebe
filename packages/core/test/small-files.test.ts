import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ALGORITHMS } from '../src/algorithms/algorithm-table.ts';
import { parseConfig, requireValid } from '../src/config/load-config.ts';
import { fileIdentity } from '../src/datasets/file-identity.ts';
import { HeldBytes, SMALL_BYTES } from '../src/datasets/held-bytes.ts';
import { openDataset } from '../src/datasets/open-dataset.ts';
import { runEvaluation } from '../src/engine/run-evaluation.ts';
import type { RunHooks } from '../src/engine/run-events.ts';
import { isAssayError } from '../src/errors/assay-error.ts';
import { type PlanOptions, planRun } from '../src/plan/plan-run.ts';
import { readRows } from '../src/results/read-rows.ts';
import { readSummary } from '../src/results/stored-summary.ts';
import { SharedScorePool } from '../src/scoring/shared-score-pool.ts';
import { runFolder } from '../src/storage/run-folder.ts';
import { temporaryFolder } from './temporary-folder.ts';

const FILES = 120;
const rowsOf = (file: number): string =>
  Array.from({ length: 1 + (file % 4) }, (_, i) =>
    file % 17 === 3 && i === 0
      ? '{"torn": '
      : JSON.stringify({ q: `Question ${file}.${i}?`, a: `${file}`, o: file % 3 === 0 ? 'no' : `${file}` }),
  ).join('\n');

const fileOf = (place: string, file: number) => join(place, 'many', `${String(file).padStart(4, '0')}.jsonl`);

function smallFiles(place = temporaryFolder()): string {
  mkdirSync(join(place, 'many'));
  for (let file = 0; file < FILES; file++) writeFileSync(fileOf(place, file), rowsOf(file));
  return place;
}

const never = new AbortController().signal;
/** One thread for all runs: starting it takes longer than most of them. */
const pool = new SharedScorePool();
afterAll(() => pool.close());

const nothing = () => Promise.reject(new Error('nothing to open'));

interface Ways {
  readonly data?: string;
  readonly rangeBytes?: number;
  /** Without, a part is in columns. */
  readonly texts?: boolean;
  readonly more?: Partial<PlanOptions>;
  readonly hooks?: RunHooks;
  readonly signal?: AbortSignal;
  readonly early?: () => void;
}

async function scored(place: string, run: string, ways: Ways = {}): Promise<string> {
  const { data = 'many', rangeBytes = 4_000, texts, more = {}, hooks = {}, signal = never, early } = ways;
  const config = `
dataset: { dataset_name: d, input_data_location: ${data}, model_input_key: q, target_output_key: a, model_output_key: o }
models: [{ name: m, runner: outputs }]
algorithms: [{ algorithm: qa_accuracy }]
`;
  const loaded = requireValid(parseConfig(config, join(place, 'c.yaml'), { algorithms: ALGORITHMS }, 'test'));
  const plan = await planRun(loaded, { openRunner: nothing, openHelper: nothing, ...more });
  early?.();
  const folder = runFolder(join(place, run));
  await runEvaluation(
    { ...plan, pool, scoring: { threads: 1, rangeBytes, ...(texts === undefined ? {} : { texts }) } },
    folder.path,
    hooks,
    signal,
  );
  const { scores, models, dataset } = await readSummary(folder.summary);
  return JSON.stringify([scores, models.map(({ states }) => states), dataset.samples, dataset.badRows]);
}

const partsOf = (place: string, run: string): number =>
  readFileSync(runFolder(join(place, run)).journal, 'utf8').match(/"kind":"range"/g)?.length ?? 0;

async function indicesOf(place: string, run: string): Promise<number[]> {
  const found: number[] = [];
  for await (const { index } of readRows(runFolder(join(place, run)))) found.push(index);
  return found.sort((a, b) => a - b);
}

test('small files score as the same rows in one file do, many in a part, and tell bad rows by file and line', async () => {
  const place = smallFiles();
  const all = Array.from({ length: FILES }, (_, file) => rowsOf(file)).join('\n');
  writeFileSync(join(place, 'one.jsonl'), all);
  const bad: string[] = [];
  const hooks: RunHooks = { onWarning: ({ at }) => void (at !== undefined && bad.push(`${at.file}:${at.line}`)) };
  const many = await scored(place, 'many-run', { hooks });
  expect(many).toBe(await scored(place, 'one-run', { data: 'one.jsonl' }));
  expect(await indicesOf(place, 'many-run')).toEqual(await indicesOf(place, 'one-run'));
  expect(await scored(place, 'columns', { texts: false })).toBe(many);
  expect(await indicesOf(place, 'columns')).toEqual(await indicesOf(place, 'one-run'));
  expect(bad.sort()).toEqual(
    Array.from({ length: FILES }, (_, file) => file)
      .filter((file) => file % 17 === 3)
      .map((file) => `${fileOf(place, file)}:1`),
  );
  // About 17,000 bytes, in parts of 4,000.
  expect(partsOf(place, 'many-run')).toBeLessThan(8);
  expect(partsOf(place, 'many-run')).toBeGreaterThan(2);
});

test('a run over small files that was called off goes on where it was, and a limit takes its rows alone', async () => {
  const place = smallFiles();
  const expected = await scored(place, 'whole');
  for (const after of [1, 2, 3]) {
    const stop = new AbortController();
    let parts = 0;
    const onRange = () => {
      parts += 1;
      if (parts === after) stop.abort(new Error('enough'));
    };
    const run = `stopped-${after}`;
    await scored(place, run, { hooks: { onRange }, signal: stop.signal }).catch(() => {});
    expect(partsOf(place, run)).toBeGreaterThan(0);
    expect(await scored(place, run)).toBe(expected);
  }
  await scored(place, 'limited', { more: { limit: { from: 41, to: 203 } } });
  const indices = await indicesOf(place, 'limited');
  const known = (await indicesOf(place, 'whole')).filter((index) => index >= 41 && index < 203);
  expect(indices).toEqual(known);
});

test('shards of small files are the whole', async () => {
  const place = smallFiles();
  await scored(place, 'whole');
  const found: number[] = [];
  for (const shard of [0, 1, 2]) {
    await scored(place, `shard-${shard}`, { more: { shard: { shard, shards: 3 } } });
    found.push(...(await indicesOf(place, `shard-${shard}`)));
  }
  expect(found.sort((a, b) => a - b)).toEqual(await indicesOf(place, 'whole'));
});

const edited = rowsOf(40).replace('"o":"40"', '"o":"no"');
test.each([
  ['edited in place', (path: string) => writeFileSync(path, edited)],
  ['cut', (path: string) => truncateSync(path, 20)],
  ['grown', (path: string) => appendFileSync(path, `\n${rowsOf(7)}`)],
  [
    'replaced',
    (path: string) => {
      writeFileSync(`${path}.new`, edited);
      renameSync(`${path}.new`, path);
    },
  ],
  ['removed', (path: string) => rmSync(path)],
])('a small file that is %s between plan and end ends the run with its name', async (_, change) => {
  expect(edited).not.toBe(rowsOf(40));
  for (const moment of [0, 1, 3]) {
    const place = smallFiles();
    const path = fileOf(place, 40);
    let parts = 0;
    const onRange = () => {
      parts += 1;
      if (parts === moment) change(path);
    };
    const ways = moment === 0 ? { early: () => change(path) } : { hooks: { onRange } };
    const ended = await scored(place, 'run', ways).catch((thrown: unknown) => thrown);
    expect(isAssayError(ended) ? [ended.code, ended.at?.file] : ended).toEqual(['DATASET_CHANGED', path]);
  }
});

test('what is not small, or finds no more room, is read again, to the same rows', async () => {
  const place = smallFiles();
  const line = (i: number) => `${JSON.stringify({ q: `${i}`, a: 'a', o: 'a', pad: 'x'.repeat(SMALL_BYTES / 4) })}\n`;
  for (let file = 0; file < 3; file++) writeFileSync(join(place, 'many', `large-${file}.jsonl`), line(file).repeat(5));
  const dataset = await openDataset({ input_data_location: join(place, 'many'), model_input_key: 'q' });
  await dataset.pin();
  const held = (await dataset.ranges(1))!.filter(({ held: bytes }) => bytes !== undefined);
  expect(held).toHaveLength(FILES);
  const room = new HeldBytes(60);
  const [first, second] = [fileOf(place, 0), fileOf(place, 4)];
  expect((await room.read(first, await fileIdentity(first)))?.toString()).toBe(rowsOf(0));
  expect(await room.read(second, await fileIdentity(second))).toBeUndefined();
  await scored(place, 'run');
  expect((await indicesOf(place, 'run')).length).toBe((await dataset.countRows()) - 7);
});
