import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { planOf, right, runnerOf, summaryText } from '../../test/made-up-run.ts';
import { ModelProgress } from '../engine/model-progress.ts';
import { restoreProgress } from '../engine/restore-progress.ts';
import { runEvaluation } from '../engine/run-evaluation.ts';
import { type RunFolder, runFolder } from '../storage/run-folder.ts';
import { writeCheckpoint } from './checkpoint.ts';

let base: string;
let folder: RunFolder;
let whole: string;
const never = new AbortController().signal;
const { algorithms } = planOf(runnerOf(right));
const newProgress = () => new Map([['one', new ModelProgress(algorithms)]]);

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay-checkpoint-'));
  folder = runFolder(join(base, 'run'));
  await runEvaluation(planOf(runnerOf(right)), folder.path, {}, never);
  whole = await summaryText(folder.path);
});
afterEach(() => rm(base, { recursive: true, force: true }));

/** A checkpoint over the first half of the journal. */
async function checkpointHalf(): Promise<Buffer> {
  const journal = await readFile(folder.journal);
  const bytes = journal.indexOf('\n', journal.length >> 1) + 1;
  await writeFile(folder.journal, journal.subarray(0, bytes));
  const progress = newProgress();
  await restoreProgress(folder, progress, {}, () => {}, { planDigest: 'abcd1234' });
  const position = { bytes, checksum: crc32(journal.subarray(0, bytes)) };
  await writeCheckpoint(folder.checkpoint, position, progress, 0, []);
  await writeFile(folder.journal, journal);
  return journal;
}

test('a checkpoint and the rest of the journal add up to the same summary', async () => {
  const journal = await checkpointHalf();
  const again = runnerOf(right);
  await runEvaluation(planOf(again), folder.path, {}, never);
  expect(again.asked).toBe(0);
  expect(await summaryText(folder.path)).toBe(whole);
  expect(await readFile(folder.journal)).toEqual(journal);
});

test('progress restored from a checkpoint is that of the journal', async () => {
  await checkpointHalf();
  const [from, without] = [newProgress(), newProgress()];
  const restored = await restoreProgress(folder, from, {}, () => {}, { planDigest: 'abcd1234' });
  await rm(folder.checkpoint);
  expect(await restoreProgress(folder, without, {}, () => {}, { planDigest: 'abcd1234' })).toEqual(restored);
  expect(JSON.stringify(from.get('one'))).toBe(JSON.stringify(without.get('one')));
});

test('a checkpoint over bytes that changed since is not trusted', async () => {
  const journal = await checkpointHalf();
  journal[journal.indexOf('"scored"') + 2] = 0x58;
  await writeFile(folder.journal, journal);
  const progress = newProgress();
  const { corruptLines } = await restoreProgress(folder, progress, {}, () => {}, { planDigest: 'abcd1234' });
  expect([corruptLines, progress.get('one')!.samples]).toEqual([1, 599]);
});
