import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { planOf, right, runnerOf } from '../../test/made-up-run.ts';
import { runEvaluation } from '../engine/run-evaluation.ts';
import type { runFolder } from '../storage/run-folder.ts';
import { openSealed } from '../storage/sealed-json.ts';
import { readManifest } from './manifest.ts';
import { readRun } from './read-run.ts';
import { readSummary } from './stored-summary.ts';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay-stored-'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

async function finished(): Promise<ReturnType<typeof runFolder>> {
  const { folder } = await runEvaluation(planOf(runnerOf(right)), join(base, 'run'), {}, new AbortController().signal);
  return folder;
}

type Json = Record<string, unknown>;

/** Without a seal, as an earlier version wrote it. */
async function change(file: string, edit: (json: Json) => unknown): Promise<void> {
  await writeFile(file, JSON.stringify(edit(openSealed(await readFile(file, 'utf8')) as Json)));
}

test('a summary reads as it was written, open ends of ranges too', async () => {
  const { folder, summary } = await runEvaluation(planOf(runnerOf(right)), join(base, 'run'), {}, AbortSignal.any([]));
  expect(await readSummary(folder.summary)).toEqual(summary);
  expect(summary.scores.some(({ spec }) => spec.range[1] === Number.POSITIVE_INFINITY)).toBe(true);
});

test.each([
  ['nothing', {}, /format .*; run .*; dataset /],
  ['a list', [], /./],
  ['null', null, /./],
  ['a score without its spec', { spec: undefined }, /scores\[0\]\.spec/],
])('a summary of %s is told as damaged, with its file and what is wrong', async (_, broken, what) => {
  const folder = await finished();
  await change(folder.summary, (json) => {
    const isScore = broken !== null && 'spec' in (broken as Json);
    return isScore ? { ...json, scores: [{ ...(json.scores as Json[])[0], ...(broken as Json) }] } : broken;
  });
  const told = { code: 'RUN_DAMAGED', message: expect.stringMatching(what), hint: expect.any(String) };
  await expect(readRun(folder)).rejects.toMatchObject(told);
  await expect(readRun(folder)).rejects.toMatchObject({ message: expect.stringContaining(folder.summary) });
});

test('a summary or a manifest that was cut off, or lacks a member, is told as damaged', async () => {
  const folder = await finished();
  for (const file of [folder.summary, folder.manifest]) {
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.slice(0, text.length / 2));
    await expect(readRun(folder)).rejects.toMatchObject({
      code: 'RUN_DAMAGED',
      message: expect.stringContaining(file),
    });
    await writeFile(file, text);
  }
  await change(folder.manifest, ({ configDigest: _, ...rest }) => rest);
  await expect(readManifest(folder)).rejects.toMatchObject({
    code: 'RUN_DAMAGED',
    message: expect.stringContaining('configDigest'),
  });
});

test('a file of another version is refused with its version', async () => {
  const folder = await finished();
  for (const file of [folder.manifest, folder.summary]) {
    await change(file, (json) => ({ ...json, format: 2 }));
    await expect(readRun(folder)).rejects.toMatchObject({
      code: 'RUN_NOT_RESUMABLE',
      message: `${file} has format 2; this version reads format 1`,
    });
    await change(file, (json) => ({ ...json, format: 1 }));
  }
});

test('runs of earlier versions read: without what was added since, and with what is added later', async () => {
  const folder = await finished();
  await change(folder.manifest, ({ configFolder: _, ...rest }) => ({ ...rest, later: 1 }));
  await change(folder.summary, (json) => ({
    ...json,
    scores: (json.scores as Json[]).map((score) => ({ ...score, intervalMethod: 'student', later: 1 })),
    timing: { ...(json.timing as Json), spentMs: undefined, newTokensPerSecond: { one: null } },
  }));
  const { summary, rows } = await readRun(folder);
  expect(summary.timing.newTokensPerSecond).toEqual({ one: 0 });
  let count = 0;
  for await (const _ of rows) count += 1;
  expect(count).toBe(600);
});

test('the rows of a run are read from the beginning each time, and the scores of them once for all that decide', async () => {
  const { scored } = await runEvaluation(planOf(runnerOf(right)), join(base, 'run'), {}, AbortSignal.any([]));
  expect(scored.models()).toBe(scored.models());
  const once = [];
  const twice = [];
  for await (const { index } of scored.rows) once.push(index);
  for await (const { index } of scored.rows) twice.push(index);
  expect(once).toHaveLength(600);
  expect(twice).toEqual(once);
  expect((await scored.models()).get('one')?.rows).toHaveLength(600);
});
