import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Answer, matches, planOf, right, runnerOf, summaryText } from '../../test/made-up-run.ts';
import { instantiateAlgorithm } from '../algorithms/instantiate.ts';
import { findSample, readRows } from '../results/read-rows.ts';
import type { Failed, Runner } from '../runner/runner.ts';
import type { SampleState } from '../samples/sample-state.ts';
import { runFolder } from '../storage/run-folder.ts';
import { runEvaluation } from './run-evaluation.ts';
import type { RunPlan } from './run-plan.ts';

let base: string;
let run: string;
const never = new AbortController().signal;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'assay-retry-'));
  run = join(base, 'run');
});
afterEach(() => rm(base, { recursive: true, force: true }));

/** Fails every tenth question of those it is asked. */
const flaky =
  (state: Failed['state'] = 'failed'): Answer =>
  (prompt, position) => {
    if (position % 10 !== 0) return right(prompt, position);
    const error = { code: 'RUNNER_FAILED', message: 'bad weather', retryable: false } as const;
    return { id: prompt.id, ok: false, state, error };
  };

async function wholeSummary(): Promise<string> {
  const whole = join(base, 'whole', 'run');
  await runEvaluation(planOf(runnerOf(right)), whole, {}, never);
  return summaryText(whole);
}

async function statesInJournal(): Promise<Record<string, SampleState[]>> {
  const lines = (await readFile(join(run, 'journal.jsonl'), 'utf8')).trimEnd().split('\n');
  const states: Record<string, SampleState[]> = {};
  for (const { kind, sample, state } of lines.map((line) => JSON.parse(line))) {
    if (kind !== 'sample') continue;
    states[sample] ??= [];
    states[sample].push(state);
  }
  return states;
}

test.each(['failed', 'timed_out'] as const)(
  'samples that ended %s alone are asked again, the journal keeps both answers, and the last counts',
  async (state) => {
    await runEvaluation(planOf(runnerOf(flaky(state))), run, {}, never);
    const again = runnerOf(right);
    await runEvaluation(planOf(again, { retryFailed: true }), run, {}, never);
    expect(again.asked).toBe(60);
    expect(await summaryText(run)).toBe(await wholeSummary());
    const states = Object.values(await statesInJournal());
    expect(states.filter((own) => own.join() === `${state},scored`)).toHaveLength(60);
    expect(states.filter((own) => own.join() === 'scored')).toHaveLength(540);

    const rows: SampleState[] = [];
    for await (const { state } of readRows(runFolder(run))) rows.push(state);
    expect(rows).toEqual(Array(600).fill('scored'));
    const [retried] = Object.entries(await statesInJournal()).find(([, own]) => own.length === 2)!;
    expect(await findSample(runFolder(run), Number(retried))).toMatchObject([{ state: 'scored' }]);
  },
);

test('a plain resume asks for no failed sample again, before a retry and after', async () => {
  await runEvaluation(planOf(runnerOf(flaky())), run, {}, never);
  const expected = await summaryText(run);
  const plain = runnerOf(right);
  await runEvaluation(planOf(plain), run, {}, never);
  expect(plain.asked).toBe(0);
  expect(await summaryText(run)).toBe(expected);

  // Of the 60 that are asked again, 6 fail again.
  await runEvaluation(planOf(runnerOf(flaky()), { retryFailed: true }), run, {}, never);
  const retried = await summaryText(run);
  expect(JSON.parse(retried).models[0].states).toMatchObject({ scored: 594, failed: 6 });
  await runEvaluation(planOf(plain), run, {}, never);
  expect(plain.asked).toBe(0);
  expect(await summaryText(run)).toBe(retried);

  const third = runnerOf(right);
  await runEvaluation(planOf(third, { retryFailed: true }), run, {}, never);
  expect(third.asked).toBe(6);
  expect(await summaryText(run)).toBe(await wholeSummary());
});

test('a retry that is interrupted goes on where it stopped', async () => {
  await runEvaluation(planOf(runnerOf(flaky())), run, {}, never);
  const stop = new AbortController();
  let seen = 0;
  const hooks = { onSample: () => void (++seen === 20 && stop.abort(new Error('stop'))) };
  const slow = runnerOf(right);
  const atOnce = slow.generate.bind(slow);
  slow.generate = async function* (prompts, options) {
    for await (const answer of atOnce(prompts, options)) {
      if (slow.asked % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 200));
      yield answer;
    }
  };
  await expect(runEvaluation(planOf(slow, { retryFailed: true }), run, hooks, stop.signal)).rejects.toThrow('stop');
  const rest = runnerOf(right);
  await runEvaluation(planOf(rest, { retryFailed: true }), run, {}, never);
  expect(rest.asked).toBeLessThanOrEqual(40);
  expect(await summaryText(run)).toBe(await wholeSummary());
});

test('samples that were refused are not asked again', async () => {
  await runEvaluation(planOf(runnerOf(flaky('refused'))), run, {}, never);
  const before = await summaryText(run);
  const again = runnerOf(right);
  await runEvaluation(planOf(again, { retryFailed: true }), run, {}, never);
  expect(again.asked).toBe(0);
  expect(await summaryText(run)).toBe(before);
});

test('samples whose helper model failed are scored again, and the model is not asked for what it answered', async () => {
  const helped: typeof matches = {
    ...matches,
    helpers: () => [{ kind: 'judge', model: 'j' }],
    helperAsks: () => [{ key: 'verdict', kind: 'judge', model: 'j', prompt: 'right?' }],
  };
  const algorithms = [instantiateAlgorithm('matches', helped, {})];
  const twoOf = (runner: Runner) =>
    ['one', 'two'].map((name) => ({ ...planOf(runner).models[0]!, name, open: async () => runner }));
  const asked = runnerOf(right);
  const openNone = () => Promise.reject(new Error('not there'));
  const none = planOf(asked, { algorithms, openHelper: openNone, models: twoOf(asked) });
  const warnings: string[] = [];
  const onWarning = ({ message }: { message: string }) => void warnings.push(message);
  const first = await runEvaluation(none, run, { onWarning }, never);
  expect(first.summary.scores[0]).toMatchObject({ n: 0, unscored: { 'helper_failed(MODEL_LOAD)': 600 } });
  expect(warnings).toEqual(['the helper model for judge failed: not there']);
  expect((await findSample(runFolder(run), 0))[0]).toMatchObject({ outcomes: { matches: { detail: 'not there' } } });

  let opened = 0;
  const openHelper: RunPlan['openHelper'] = async () => {
    opened += 1;
    return {
      id: 'judge',
      answer: async (asks) => asks.map(() => ({ kind: 'judge', text: 'yes' })),
      close: async () => {},
    };
  };
  const again = runnerOf(right);
  const second = planOf(again, { algorithms, openHelper, retryFailed: true, models: twoOf(again) });
  const { summary } = await runEvaluation(second, run, {}, never);
  expect(again.asked).toBe(0);
  expect(summary.scores[0]).toMatchObject({ n: 600, unscored: {} });
  // The two models share the helper.
  expect(opened).toBe(1);
});

test('of a sample with several questions only those that failed are asked again', async () => {
  const twice: typeof matches = {
    ...matches,
    modelAsks: ({ features }) =>
      ['original', 'variant'].map((key) => ({ key, kind: 'generate', modelInput: `${features.model_input} ${key}` })),
  };
  const algorithms = [instantiateAlgorithm('matches', twice, {})];
  await runEvaluation(planOf(runnerOf(flaky()), { algorithms }), run, {}, never);
  const again = runnerOf(right);
  const { summary } = await runEvaluation(planOf(again, { algorithms, retryFailed: true }), run, {}, never);
  expect(again.asked).toBe(120);
  expect(summary.models[0]!.states.scored).toBe(600);
});
