import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { planOf, right, runnerOf, samples, summaryText } from '../../test/made-up-run.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { encodeRecord, type RangeRecord } from '../journal/journal-record.ts';
import { Accumulator } from '../results/accumulator.ts';
import type { RunFolder } from '../storage/run-folder.ts';
import { runFolder } from '../storage/run-folder.ts';
import { ModelProgress } from './model-progress.ts';
import { restoreProgress } from './restore-progress.ts';
import { runEvaluation } from './run-evaluation.ts';
import type { RunPlan } from './run-plan.ts';

const never = new AbortController().signal;
const FEW = 30;
const few: Partial<RunPlan> = {
  dataset: {
    ...planOf(runnerOf(right)).dataset,
    total: FEW,
    async *samples() {
      yield* samples.slice(0, FEW);
    },
  },
};
const plan = planOf(runnerOf(right), few);

let folder: RunFolder;
let expected: string;
beforeEach(async () => {
  ({ folder } = await runEvaluation(plan, join(temporaryFolder(), 'run'), {}, never));
  expected = await summaryText(folder.path);
});

/** Continues with the run. @returns what was warned of, and how many questions were asked again */
async function again(): Promise<{ readonly warnings: readonly string[]; readonly asked: number }> {
  const warnings: string[] = [];
  const runner = runnerOf(right);
  const onWarning = ({ code, message }: { code: string; message: string }) => void warnings.push(`${code} ${message}`);
  await runEvaluation(planOf(runner, few), folder.path, { onWarning }, never);
  expect(await summaryText(folder.path)).toBe(expected);
  return { warnings, asked: runner.asked };
}

test('a whole run that is continued asks nothing and warns of nothing', async () => {
  expect(await again()).toEqual({ warnings: [], asked: 0 });
});

test('a journal that was cut at a whole line is told by its length, and what it lost runs again', async () => {
  const text = readFileSync(folder.journal, 'utf8');
  const lines = text.trimEnd().split('\n');
  const last = lines.slice(-2).join('\n').length + 1;
  truncateSync(folder.journal, text.length - last);
  expect(await again()).toEqual({
    warnings: [
      `RUN_JOURNAL_CORRUPT ${folder.journal} ends after ${text.length - last} of ${text.length} bytes; the samples that it lost run again`,
    ],
    asked: 2,
  });
});

test('bytes behind the end of a finished journal are told and cut off', async () => {
  const { length } = readFileSync(folder.journal);
  appendFileSync(folder.journal, '{"kind":"sam');
  expect(await again()).toEqual({
    warnings: [`RUN_JOURNAL_CORRUPT ${folder.journal} is damaged: 12 bytes at its end are no line, and are cut off`],
    asked: 0,
  });
  expect(readFileSync(folder.journal)).toHaveLength(length);
});

test('a damaged line is told once, by the lines that are damaged', async () => {
  const text = readFileSync(folder.journal, 'utf8');
  writeFileSync(folder.journal, text.replace('"answer 1"', '"answer 9"'));
  expect(await again()).toEqual({
    warnings: ['RUN_JOURNAL_CORRUPT 1 journal lines are damaged; their samples run again'],
    asked: 1,
  });
});

test('a checkpoint that is not whole is told, and the journal is read without it', async () => {
  writeFileSync(folder.checkpoint, '{"format":1');
  expect(await again()).toEqual({
    warnings: [`RUN_DAMAGED ${folder.checkpoint} is not whole; the journal is read from its beginning`],
    asked: 0,
  });
});

test('a summary that is gone or damaged is told where the run had ended, and written anew', async () => {
  rmSync(folder.summary);
  expect((await again()).warnings).toEqual([`RUN_DAMAGED ${folder.summary} is gone; it is written anew`]);
  writeFileSync(folder.summary, readFileSync(folder.summary, 'utf8').replace(/("scored": ?)30/, '$129'));
  const { warnings } = await again();
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/^RUN_DAMAGED .*summary\.json.*; it is written anew$/);
});

test('ranges and bad rows are taken over; what a journal says of models that are not asked is passed over', async () => {
  const part = new Accumulator(plan.algorithms);
  const record = { kind: 'sample', model: 'one', digest: 'd', state: 'scored', outcomes: {} } as const;
  part.add({ ...record, sample: 4 });
  const rows = [{ file: 'data.jsonl', line: 9, message: 'torn' }];
  const range = (model: string): RangeRecord => ({
    ...{ kind: 'range', model, first: 4, samples: 1, badRows: rows, bytes: 0, checksum: 0 },
    accumulator: JSON.parse(JSON.stringify(part.toJSON())),
  });
  const answer = {
    kind: 'answer',
    sample: 7,
    ask: 'a',
    answer: { kind: 'generate', text: 't', elapsedMs: 1 },
  } as const;
  const own = runFolder(temporaryFolder());
  const lines = [
    { kind: 'run', format: 1, run: 'r', planDigest: plan.digest } as const,
    ...[range('one'), range('gone'), { ...answer, model: 'one' }, { ...answer, model: 'gone' }],
    ...[
      { ...record, sample: 5 },
      { ...record, sample: 5, model: 'gone' },
    ],
  ];
  writeFileSync(own.journal, lines.map(encodeRecord).join(''));
  const progress = new ModelProgress(plan.algorithms);
  const bad: unknown[] = [];
  const restored = await restoreProgress(own, new Map([['one', progress]]), {}, (row) => void bad.push(row), {
    planDigest: plan.digest,
  });
  expect(restored).toMatchObject({ bytes: readFileSync(own.journal).length, corruptLines: 0, tornBytes: 0 });
  expect([progress.samples, progress.isRangeDone(4), progress.isDone(5), progress.records]).toEqual([2, true, true, 0]);
  expect(progress.answer(7, 'a')).toEqual(answer.answer);
  expect(bad).toEqual([...rows, ...rows]);
  const none = await restoreProgress(runFolder(temporaryFolder()), new Map(), {}, () => {}, { planDigest: 'x' });
  expect(none).toEqual({ bytes: 0, checksum: 0, corruptLines: 0, tornBytes: 0 });
});
