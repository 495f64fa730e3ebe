import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Answer, matches, planOf, right, runnerOf, summaryText } from '../../test/made-up-run.ts';
import { instantiateAlgorithm } from '../algorithms/instantiate.ts';
import { ModelProgress } from '../engine/model-progress.ts';
import { restoreProgress } from '../engine/restore-progress.ts';
import { runEvaluation } from '../engine/run-evaluation.ts';
import { readRows } from '../results/read-rows.ts';
import { type RunFolder, runFolder } from '../storage/run-folder.ts';
import { compactionDraft, compactJournal } from './compact-journal.ts';
import { encodeRecord } from './journal-record.ts';

let base: string;
let folder: RunFolder;
const never = new AbortController().signal;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay-compact-'));
  folder = runFolder(join(base, 'run'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

/** Asks each sample four questions, so that three answers wait for the last. */
const manyAsks: typeof matches = {
  ...matches,
  modelAsks: ({ features }) =>
    ['original', 'b', 'c', 'd'].map((key) => ({
      key,
      kind: 'generate',
      modelInput: `${features.model_input} ${key}`,
    })),
};
const algorithms = [instantiateAlgorithm('matches', manyAsks, {})];
const planAsking = (answer: Answer) => planOf(runnerOf(answer), { algorithms });

async function kinds(): Promise<Record<string, number>> {
  const lines = (await readFile(folder.journal, 'utf8')).trimEnd().split('\n');
  const counts: Record<string, number> = {};
  for (const line of lines) {
    const { kind } = JSON.parse(line) as { kind: string };
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** The journal as a process leaves it that is killed before it compacts. */
async function uncompacted(answer: Answer): Promise<void> {
  const stop = new AbortController();
  let seen = 0;
  const hooks = { onSample: () => void (++seen === 600 && stop.abort(new Error('killed'))) };
  await runEvaluation(planAsking(answer), folder.path, hooks, stop.signal).catch(() => {});
}

test('a run ends without the answers that its samples hold, and its summary is of the same samples', async () => {
  await runEvaluation(planAsking(right), folder.path, {}, never);
  expect(await kinds()).toEqual({ run: 1, sample: 600 });
  const summary = await summaryText(folder.path);
  const again = runnerOf(right);
  await runEvaluation(planOf(again, { algorithms }), folder.path, {}, never);
  expect(again.asked).toBe(0);
  expect(await summaryText(folder.path)).toBe(summary);
  let rows = 0;
  for await (const _ of readRows(folder)) rows += 1;
  expect(rows).toBe(600);
});

test('answers of samples that failed stay, so that only what failed is asked again', async () => {
  const error = { code: 'RUNNER_FAILED', message: 'bad weather', retryable: false } as const;
  const weak: Answer = (prompt, position) =>
    prompt.text.endsWith('d') && position % 5 === 0
      ? { id: prompt.id, ok: false, state: 'failed', error }
      : right(prompt, position);
  const { summary } = await runEvaluation(planAsking(weak), folder.path, {}, never);
  const { failed } = summary.models[0]!.states;
  expect(failed).toBeGreaterThan(0);
  expect(await kinds()).toEqual({ run: 1, sample: 600, answer: 3 * failed });
  const again = runnerOf(right);
  const retried = await runEvaluation(planOf(again, { algorithms, retryFailed: true }), folder.path, {}, never);
  expect(again.asked).toBe(failed);
  expect(retried.summary.models[0]!.states.scored).toBe(600);
});

test('records that were replaced go, once they and damaged lines are a third of the journal', async () => {
  const error = { code: 'RUNNER_FAILED', message: 'bad weather'.repeat(20), retryable: false } as const;
  await runEvaluation(
    planOf(runnerOf(({ id }) => ({ id, ok: false, state: 'failed', error }))),
    folder.path,
    {},
    never,
  );
  await runEvaluation(planOf(runnerOf(right), { retryFailed: true }), folder.path, {}, never);
  expect(await kinds()).toEqual({ run: 1, sample: 600 });
  const whole = join(base, 'whole', 'run');
  await runEvaluation(planOf(runnerOf(right)), whole, {}, never);
  expect(await summaryText(folder.path)).toBe(await summaryText(whole));
});

test('where less is dead the journal stays as it is, byte for byte', async () => {
  await runEvaluation(planOf(runnerOf(right)), folder.path, {}, never);
  const journal = await readFile(folder.journal);
  const progress = new Map([['one', new ModelProgress(planOf(runnerOf(right)).algorithms)]]);
  expect(await compactJournal(folder.journal, progress)).toBeUndefined();
  expect(await readFile(folder.journal)).toEqual(journal);
  expect(existsSync(compactionDraft(folder.journal))).toBe(false);
});

test('a draft that a crash left behind is ignored, and the next process compacts', async () => {
  await uncompacted(right);
  expect((await kinds()).answer).toBeGreaterThan(600);
  const text = await readFile(folder.journal, 'utf8');
  await writeFile(compactionDraft(folder.journal), text.slice(0, 1000));
  await runEvaluation(planAsking(right), folder.path, {}, never);
  expect(existsSync(compactionDraft(folder.journal))).toBe(false);
  expect(await kinds()).toEqual({ run: 1, sample: 600 });
});

test('the position that it returns is that of the new journal, scored ranges and all', async () => {
  const answer = { kind: 'generate', text: 'x'.repeat(5000), elapsedMs: 1 } as const;
  const lines = Buffer.from('{"sample":1,"digest":"","state":"scored","outcomes":{}}\n');
  const progress = new ModelProgress([]);
  const range = {
    kind: 'range',
    model: 'one',
    first: 1,
    samples: 1,
    accumulator: progress.accumulator.toJSON(),
    badRows: [],
    bytes: lines.length,
    checksum: 0,
  } as const;
  const run = encodeRecord({ kind: 'run', format: 1, run: 'run', planDigest: 'abcd1234' });
  const dead = encodeRecord({ kind: 'answer', model: 'one', sample: 0, ask: 'a', answer });
  const done = encodeRecord({ kind: 'sample', model: 'one', sample: 0, digest: '', state: 'scored', outcomes: {} });
  const scored = encodeRecord({ ...range, checksum: crc32(lines) }) + lines.toString();
  await mkdir(folder.path, { recursive: true });
  await writeFile(folder.journal, run + dead + scored + done);
  const models = new Map([['one', progress]]);
  await restoreProgress(folder, models, {}, () => {}, { planDigest: 'abcd1234' });
  const position = await compactJournal(folder.journal, models);
  const compacted = await readFile(folder.journal);
  expect(compacted.toString()).toBe(run + scored + done);
  expect(position).toEqual({ bytes: compacted.length, checksum: crc32(compacted) });
});
