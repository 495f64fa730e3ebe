import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { planOf, right, runnerOf, samples, summaryText } from '../../test/made-up-run.ts';
import { encodeRecord, type RunRecord } from '../journal/journal-record.ts';
import type { Completion } from '../runner/runner.ts';
import { openSealed, sealJson } from '../storage/sealed-json.ts';
import { runEvaluation } from './run-evaluation.ts';

let base: string;
let whole: string;
const never = new AbortController().signal;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay-run-'));
  whole = join(base, 'run');
});
afterEach(() => rm(base, { recursive: true, force: true }));

test('every sample ends in one state and the means are those of the answers', async () => {
  const { summary } = await runEvaluation(planOf(runnerOf(right)), whole, {}, never);
  expect(summary.models[0]!.states.scored).toBe(600);
  const same = summary.scores.find(({ score, category }) => score === 'same' && category === null)!;
  const expected = samples.filter(
    ({ features }) => `answer ${features.model_input!.length % 3}` === features.target_output,
  ).length;
  expect(same.value).toBe(expected / 600);
  expect(same.intervalMethod).toBe('blaker');
  expect(summary.scores.filter(({ score }) => score === 'same').map(({ category }) => category)).toEqual([
    null,
    'c0',
    'c1',
    'c2',
    'c3',
  ]);
});

test("a runner's notes and its commit are kept in the manifest, also when its model is not opened again", async () => {
  const revision = 'c'.repeat(40);
  const notes = ['batching alone: one at a time'];
  const told: unknown[] = [];
  const hooks = { onRunner: (event: unknown) => void told.push(event) };
  await runEvaluation(planOf({ ...runnerOf(right), notes, revision }), whole, hooks, never);
  expect(told).toEqual([{ model: 'one', runner: 'test:v1', notes }]);
  const again = await runEvaluation(planOf(runnerOf(right)), whole, hooks, never);
  expect(told).toHaveLength(1);
  expect(again.manifest.models).toEqual([{ name: 'one', runner: 'test:v1', revision, notes, done: true }]);
  expect(openSealed(await readFile(join(whole, 'manifest.json'), 'utf8'))).toEqual(again.manifest);
});

test('the order of answers changes no byte of the summary', async () => {
  await runEvaluation(planOf(runnerOf(right)), whole, {}, never);
  const shuffled = join(base, 'again', 'run');
  const late: Completion[] = [];
  const runner = runnerOf(right);
  const inOrder = runner.generate.bind(runner);
  runner.generate = async function* (prompts, options) {
    for await (const completion of inOrder(prompts, options)) {
      late.push(completion);
      if (late.length === 100) yield* late.splice(0).reverse();
    }
    yield* late.reverse();
  };
  await runEvaluation(planOf(runner), shuffled, {}, never);
  expect(await summaryText(shuffled)).toBe(await summaryText(whole));
});

test('an interrupted run resumed asks only what is missing and ends with the same summary', async () => {
  await runEvaluation(planOf(runnerOf(right)), whole, {}, never);
  const resumed = join(base, 'again', 'run');
  const stop = new AbortController();
  let seen = 0;
  const hooks = { onSample: () => void (++seen === 150 && stop.abort(new Error('stop'))) };
  await expect(runEvaluation(planOf(runnerOf(right)), resumed, hooks, stop.signal)).rejects.toThrow('stop');
  const runner = runnerOf(right);
  await runEvaluation(planOf(runner), resumed, {}, never);
  expect(runner.asked).toBeLessThanOrEqual(450);
  expect(await summaryText(resumed)).toBe(await summaryText(whole));
});

test('a journal cut at any byte resumes to the same summary', async () => {
  await runEvaluation(planOf(runnerOf(right)), whole, {}, never);
  const expected = await summaryText(whole);
  const journal = await readFile(join(whole, 'journal.jsonl'));
  for (let trial = 0; trial < 12; trial += 1) {
    const cut = join(base, `cut${trial}`, 'run');
    await runEvaluation(planOf(runnerOf(right)), cut, {}, never);
    await truncate(join(cut, 'journal.jsonl'), Math.floor((journal.length * (trial + 0.37)) / 12));
    await runEvaluation(planOf(runnerOf(right)), cut, {}, never);
    expect(await summaryText(cut)).toBe(expected);
  }
});

test('damaged lines in the middle are run again and reported', async () => {
  await runEvaluation(planOf(runnerOf(right)), whole, {}, never);
  const expected = await summaryText(whole);
  const file = join(whole, 'journal.jsonl');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('"answer 1"', '"answer 2"'));
  const warnings: string[] = [];
  const runner = runnerOf(right);
  await runEvaluation(planOf(runner), whole, { onWarning: ({ code }) => void warnings.push(code) }, never);
  expect(warnings).toEqual(['RUN_JOURNAL_CORRUPT']);
  expect(runner.asked).toBe(1);
  expect(await summaryText(whole)).toBe(expected);
});

test('a torn last line is cut off before new lines are written', async () => {
  await runEvaluation(planOf(runnerOf(right)), whole, {}, never);
  await appendFile(join(whole, 'journal.jsonl'), '{"kind":"sample","model":"one","sam');
  await runEvaluation(planOf(runnerOf(right)), whole, {}, never);
  const lines = (await readFile(join(whole, 'journal.jsonl'), 'utf8')).trimEnd().split('\n');
  expect(lines).toHaveLength(601);
});

test('failed samples are counted beside the score and never end the run', async () => {
  const error = { code: 'RUNNER_FAILED', message: 'bad weather', retryable: false } as const;
  const { summary } = await runEvaluation(
    planOf(
      runnerOf((prompt, position) =>
        position % 10 === 0 ? { id: prompt.id, ok: false, state: 'failed', error } : right(prompt, position),
      ),
    ),
    whole,
    {},
    never,
  );
  expect(summary.models[0]!.states).toMatchObject({ failed: 60, scored: 540 });
  expect(summary.scores[0]!.unscored).toEqual({ failed: 60 });
  expect(summary.scores[0]!.n).toBe(540);
});

test('a runner that answers too little or too much loses nothing and counts nothing twice', async () => {
  const runner = runnerOf((prompt, position) => (position % 50 === 1 ? undefined : right(prompt, position)));
  const inOrder = runner.generate.bind(runner);
  runner.generate = async function* (prompts, options) {
    for await (const completion of inOrder(prompts, options)) {
      yield completion;
      yield completion;
    }
  };
  const { summary } = await runEvaluation(planOf(runner), whole, {}, never);
  expect(summary.models[0]!.states).toMatchObject({ failed: 12, scored: 588 });
});

test('more failures than allowed end a model with what was scored on disk', async () => {
  const error = { code: 'RUNNER_FAILED', message: 'endpoint gone', retryable: false } as const;
  const runner = runnerOf(({ id }) => ({ id, ok: false, state: 'failed', error }));
  const { failures } = await runEvaluation(planOf(runner, { maxFailures: { count: 20 } }), whole, {}, never);
  expect(failures.get('one')).toMatchObject({ code: 'RUN_TOO_MANY_FAILURES' });
  expect((await readFile(join(whole, 'journal.jsonl'), 'utf8')).split('\n').length).toBeGreaterThan(20);
});

test('a runner that throws ends its model, and the run resumes', async () => {
  const runner = runnerOf((prompt, position) => {
    if (position === 300) throw new Error('the model fell over');
    return right(prompt, position);
  });
  const { failures } = await runEvaluation(planOf(runner), whole, {}, never);
  expect(failures.get('one')).toMatchObject({ code: 'RUNNER_FAILED', message: 'the model fell over' });
  const { summary } = await runEvaluation(planOf(runnerOf(right)), whole, {}, never);
  expect(summary.models[0]!.states.scored).toBe(600);
});

test('another config is not resumed into the same folder', async () => {
  await runEvaluation(planOf(runnerOf(right)), whole, {}, never);
  await expect(runEvaluation(planOf(runnerOf(right), { digest: 'other' }), whole, {}, never)).rejects.toMatchObject({
    code: 'RUN_NOT_RESUMABLE',
  });
});

test('two writers of one folder are refused', async () => {
  let release: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow = planOf(runnerOf(right), {
    models: [
      {
        name: 'one',
        open: async () => {
          await held;
          return runnerOf(right);
        },
        generate: {},
        compose: (_, text) => ({ text, messages: [] }),
      },
    ],
  });
  const first = runEvaluation(slow, whole, {}, never);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await expect(runEvaluation(planOf(runnerOf(right)), whole, {}, never)).rejects.toMatchObject({ code: 'RUN_LOCKED' });
  release();
  await first;
});

test.each(['manifest.json', 'journal.jsonl'])('a run whose %s is of another format is not continued', async (name) => {
  await runEvaluation(planOf(runnerOf(right)), whole, {}, never);
  const file = join(whole, name);
  const text = await readFile(file, 'utf8');
  if (name === 'manifest.json') await writeFile(file, sealJson({ ...(openSealed(text) as object), format: 2 }));
  else {
    const first: RunRecord = { kind: 'run', format: 2 as 1, run: 'run', planDigest: 'abcd1234' };
    await writeFile(file, encodeRecord(first) + text.slice(text.indexOf('\n') + 1));
  }
  await expect(runEvaluation(planOf(runnerOf(right)), whole, {}, never)).rejects.toMatchObject({
    code: 'RUN_NOT_RESUMABLE',
    message: expect.stringContaining('format 2'),
  });
});

test('a journal of another plan is not continued, though its manifest was never written', async () => {
  await runEvaluation(planOf(runnerOf(right)), whole, {}, never);
  await rm(join(whole, 'manifest.json'));
  await expect(runEvaluation(planOf(runnerOf(right), { digest: 'other' }), whole, {}, never)).rejects.toMatchObject({
    code: 'RUN_NOT_RESUMABLE',
  });
});

test('what processes left that died while they wrote is swept, and nothing else', async () => {
  await runEvaluation(planOf(runnerOf(right)), whole, {}, never);
  for (const name of ['summary.json.4194999.tmp', 'manifest.json.12.tmp', 'notes.tmp'])
    await writeFile(join(whole, name), '{');
  await runEvaluation(planOf(runnerOf(right)), whole, {}, never);
  const left = (await readdir(whole)).filter((name) => name.endsWith('.tmp'));
  expect(left).toEqual(['notes.tmp']);
});
