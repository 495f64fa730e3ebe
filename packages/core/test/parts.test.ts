import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { ALGORITHMS } from '../src/algorithms/algorithm-table.ts';
import { parseConfig, requireValid } from '../src/config/load-config.ts';
import { runEvaluation } from '../src/engine/run-evaluation.ts';
import type { RunPlan } from '../src/engine/run-plan.ts';
import { Journal } from '../src/journal/journal.ts';
import type { RangeRecord } from '../src/journal/journal-record.ts';
import { PartFiles, partName, readPart } from '../src/journal/part-files.ts';
import { readJournal } from '../src/journal/read-journal.ts';
import { mergeRuns } from '../src/pipeline/merge-runs.ts';
import { planRun } from '../src/plan/plan-run.ts';
import { readRows } from '../src/results/read-rows.ts';
import { readRun } from '../src/results/read-run.ts';
import { type RunFolder, runFolder } from '../src/storage/run-folder.ts';
import { summaryText } from './made-up-run.ts';
import { temporaryFolder } from './temporary-folder.ts';

const CONFIG = `dataset: { input_data_location: d.jsonl, model_input_key: q, target_output_key: a, model_output_key: o, category_key: c }
models: [{ name: outputs, runner: outputs }]
algorithms: [{ algorithm: qa_accuracy }]
`;
const never = new AbortController().signal;
const refuse = () => Promise.reject(new Error('nothing to open'));
const loaded = (place: string) =>
  requireValid(parseConfig(CONFIG, join(place, 'c.yaml'), { algorithms: ALGORITHMS }, 'test'));

let place: string;
let plan: RunPlan;
let folder: RunFolder;
let expected: string;
beforeEach(async () => {
  place = temporaryFolder();
  const rows = Array.from({ length: 300 }, (_, i) =>
    JSON.stringify({ q: `Q ${i}`, a: `red house ${i % 7}`, o: `the red house ${i % 3}`, c: `c${i % 4}` }),
  );
  writeFileSync(join(place, 'd.jsonl'), rows.join('\n'));
  const planned = await planRun(loaded(place), { openRunner: refuse, openHelper: refuse });
  plan = { ...planned, scoring: { threads: 0, rangeBytes: 4000, texts: false } };
  ({ folder } = await runEvaluation(plan, join(place, 'whole', 'run'), {}, never));
  expected = await summaryText(folder.path);
});

const parts = (): string[] => readdirSync(folder.parts).sort();
const pathOf = (part: string): string => join(folder.parts, part);

async function ranges(): Promise<RangeRecord[]> {
  const found: RangeRecord[] = [];
  for await (const record of readJournal(folder.journal)) if (record.kind === 'range') found.push(record.range);
  return found;
}

/** Continues with the run. @returns what was warned of */
async function again(): Promise<string[]> {
  const warnings: string[] = [];
  const onWarning = ({ code, message }: { code: string; message: string }) => void warnings.push(`${code} ${message}`);
  await runEvaluation(plan, folder.path, { onWarning }, never);
  expect(await summaryText(folder.path)).toBe(expected);
  let rows = 0;
  for await (const _ of readRows(folder)) rows += 1;
  expect(rows).toBe(300);
  return warnings;
}

const DAMAGED = 'RUN_JOURNAL_CORRUPT 1 journal lines are damaged; their samples run again';

test('a run without texts has parts, and no line of a sample; continued, it does nothing', async () => {
  const names = parts();
  expect(names.length).toBeGreaterThan(4);
  expect(readFileSync(folder.journal, 'utf8')).not.toContain('"sample":');
  const before = names.map((name) => readFileSync(pathOf(name)));
  expect(await again()).toEqual([]);
  expect(parts().map((name) => readFileSync(pathOf(name)))).toEqual(before);
});

test('a part that is cut at any byte, has a byte more, or has any bit changed, is not taken', async () => {
  const range = (await ranges())[1]!;
  const file = pathOf(range.part!);
  const whole = readFileSync(file);
  expect(await readPart(folder.journal, range)).toEqual(whole);
  for (let bytes = whole.length - 1; bytes >= 0; bytes -= 1) {
    truncateSync(file, bytes);
    expect(await readPart(folder.journal, range), `cut at ${bytes}`).toBeUndefined();
  }
  writeFileSync(file, Buffer.concat([whole, Buffer.from([0])]));
  expect(await readPart(folder.journal, range)).toBeUndefined();
  for (let at = 0; at < whole.length; at += 7) {
    const changed = Buffer.from(whole);
    changed[at]! ^= 1 << (at % 8);
    writeFileSync(file, changed);
    expect(await readPart(folder.journal, range), `changed at ${at}`).toBeUndefined();
  }
  rmSync(file);
  expect(await readPart(folder.journal, range)).toBeUndefined();
});

test.each([0, 1, 0.5, 0.999])('a part that is cut at %f of its bytes is told, and scored again', async (share) => {
  const file = pathOf(parts()[2]!);
  const whole = readFileSync(file);
  truncateSync(file, Math.min(whole.length - 1, Math.floor(share * whole.length)));
  await expect(readRun(folder)).rejects.toMatchObject({ code: 'RUN_DAMAGED' });
  expect((await readRun(folder, { onDamage: 'tell' })).damage).toMatchObject({ lines: 1 });
  expect(await again()).toEqual([DAMAGED]);
  expect(readFileSync(file)).toEqual(whole);
  await readRun(folder);
  expect(await again()).toEqual([]);
});

test('parts that are gone, all of them, are told and scored again', async () => {
  const names = parts();
  rmSync(folder.parts, { recursive: true });
  await expect(readRun(folder)).rejects.toMatchObject({ code: 'RUN_DAMAGED' });
  const warnings = await again();
  expect(warnings).toEqual([DAMAGED.replace('1 journal', `${names.length} journal`)]);
  expect(parts()).toEqual(names);
});

test('a process that died between a part and its line leaves what the next writes anew', async () => {
  const lines = readFileSync(folder.journal, 'utf8').split('\n');
  const [last] = (await ranges()).slice(-1);
  writeFileSync(folder.journal, `${lines.slice(0, -2).join('\n')}\n`);
  writeFileSync(pathOf(last!.part!), 'half a part');
  writeFileSync(`${pathOf('000000000007-00000000.parquet')}.new`, 'a draft');
  const warnings = await again();
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/ends after \d+ of \d+ bytes; the samples that it lost run again/);
});

test('a part of another run in the place of one is not taken for it', async () => {
  const [first, second] = parts();
  renameSync(pathOf(first!), pathOf(second!));
  expect(await again()).toEqual([DAMAGED.replace('1 journal', '2 journal')]);
});

test('a journal that names a file outside of its parts names nothing', async () => {
  const secret = join(place, 'd.jsonl');
  const journal = await Journal.open(join(place, 'other.jsonl'));
  const range = { ...(await ranges())[0]!, part: `../../${secret}` };
  await Promise.all([journal.append(range), journal.close()]);
  const found: unknown[] = [];
  for await (const record of readJournal(join(place, 'other.jsonl'))) found.push(record);
  expect(found).toEqual([]);
});

test('shards with parts are merged into the run of all, parts and summary alike', async () => {
  const runs = await Promise.all(
    [0, 1, 2].map(async (shard) => {
      const position = { shard, shards: 3 };
      const planned = await planRun(loaded(place), { openRunner: refuse, openHelper: refuse, shard: position });
      const path = join(place, `shard-${shard}`, 'run');
      await runEvaluation({ ...planned, scoring: plan.scoring! }, path, {}, never);
      return { folder: runFolder(path), shard };
    }),
  );
  const merged = join(place, 'merged', 'run');
  await mergeRuns(plan, runs, merged, { run: 'run', hint: '', hooks: {}, signal: never });
  expect(await summaryText(merged)).toBe(expected);
  const own = runFolder(merged);
  expect(existsSync(own.parts)).toBe(true);
  let rows = 0;
  for await (const _ of readRows(own)) rows += 1;
  expect(rows).toBe(300);
});

test('a run folder that is copied elsewhere is whole there', async () => {
  const copy = join(place, 'copy', 'run');
  cpSync(folder.path, copy, { recursive: true });
  rmSync(folder.path, { recursive: true });
  expect((await readRun(runFolder(copy))).damage).toBeUndefined();
});

test('parts are named by what they hold, and written whole or not at all', async () => {
  expect(partName({ model: 'outputs', first: 12 })).toMatch(/^000000000012-[0-9a-f]{8}\.parquet$/);
  const files = new PartFiles(join(place, 'own', 'journal.jsonl'));
  await files.write('a.parquet', Buffer.from('first'));
  await files.write('a.parquet', Buffer.from('other'));
  expect(readdirSync(join(place, 'own', 'parts'))).toEqual(['a.parquet']);
});

test('a shard of a run that is large enough for parts writes parts, however few samples it has', async () => {
  const row = JSON.stringify({ q: 'Q', a: 'red', o: 'red', c: 'c' });
  writeFileSync(join(place, 'd.jsonl'), `${row}\n`.repeat(100_001));
  const options = { openRunner: refuse, openHelper: refuse, shard: { shard: 3, shards: 5000 } };
  const { folder: own } = await runEvaluation(await planRun(loaded(place), options), join(place, 'shard'), {}, never);
  expect(readdirSync(own.parts)).toHaveLength(1);
});
