import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { planOf, right, runnerOf, summaryText } from '../../test/made-up-run.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { defineAlgorithm } from '../algorithms/algorithm.ts';
import { instantiateAlgorithm } from '../algorithms/instantiate.ts';
import { orderRows } from '../datasets/row-order.ts';
import type { Sample } from '../samples/sample.ts';
import { runEvaluation } from './run-evaluation.ts';
import type { RunHooks } from './run-events.ts';
import type { RunPlan } from './run-plan.ts';

const COUNT = 50;
const outputsOf = (count: number): Sample[] =>
  Array.from({ length: count }, (_, index) => ({
    index,
    digest: `d${index}`,
    features: { model_input: `question ${index}`, target_output: 'yes', model_output: index % 5 === 0 ? 'no' : 'yes' },
    record: {},
  }));
const outputs = outputsOf(COUNT);
const agrees = defineAlgorithm({
  name: 'agrees',
  summary: '',
  options: z.strictObject({}),
  needs: () => ['target_output'],
  scores: () => ({ same: { range: [0, 1], better: 'higher', kind: 'binary', summary: 'equal' } }),
  score: ({ sample: { features }, answers }) => {
    const answer = answers.get('original') as { readonly text: string };
    return { scores: { same: answer.text === features.target_output ? 1 : 0 } };
  },
  signature: () => 'agrees|v1',
});

let place: string;
let read = 0;
/** What the reading waits for in the middle. */
let middle: Promise<unknown> = Promise.resolve();
beforeEach(() => {
  read = 0;
  middle = Promise.resolve();
  place = join(temporaryFolder(), 'run');
});

/** A plan of outputs that lie in the dataset, handed over sample by sample. */
function plan(changes: Partial<RunPlan> = {}, rows: readonly Sample[] = outputs): RunPlan {
  const base = planOf(runnerOf(right));
  return {
    ...base,
    models: [{ ...base.models[0]!, open: null }],
    algorithms: [instantiateAlgorithm('agrees', agrees, {})],
    dataset: {
      ...base.dataset,
      total: rows.length,
      async *samples() {
        for (const row of rows) {
          read += 1;
          if (read === COUNT / 2) await middle;
          // What was read is scored and written before the next is.
          await new Promise((resolve) => setTimeout(resolve, 2));
          yield row;
        }
      },
    },
    ...changes,
  };
}

const run = (asked: RunPlan, hooks: RunHooks = {}, signal = new AbortController().signal) =>
  runEvaluation(asked, place, hooks, signal);

test('outputs of the dataset are scored without a runner, each told once it is on disk', async () => {
  const told: number[] = [];
  const ends: unknown[] = [];
  const { summary, manifest } = await run(plan(), {
    onSample: ({ model, index, state, error }) => {
      expect([model, state, error]).toEqual(['one', 'scored', null]);
      told.push(index);
    },
    onModelEnd: (event) => void ends.push(event),
  });
  expect(summary.models[0]).toMatchObject({ runner: 'outputs', states: { scored: COUNT } });
  expect(summary.scores[0]).toMatchObject({ score: 'same', n: COUNT, value: 0.8 });
  expect(told.sort((a, b) => a - b)).toEqual(outputs.map(({ index }) => index));
  expect(ends).toEqual([{ model: 'one', error: null }]);
  expect(manifest.models).toEqual([{ name: 'one', runner: 'outputs', done: true }]);
});

test('an interrupted run goes on with what is missing, to the same summary', async () => {
  const whole = await run(plan());
  const expected = await summaryText(whole.folder.path);
  place = join(temporaryFolder(), 'run');
  const stop = new AbortController();
  read = 0;
  middle = new Promise((resolve) => stop.signal.addEventListener('abort', resolve));
  const early = run(
    plan(),
    { onSample: ({ index }) => void (index === 10 && stop.abort(new Error('stop'))) },
    stop.signal,
  );
  await expect(early).rejects.toThrow('stop');
  const told: number[] = [];
  await run(plan(), { onSample: ({ index }) => void told.push(index) });
  expect(told.length).toBeLessThan(COUNT);
  expect(await summaryText(place)).toBe(expected);
});

test('a run that may end early reads no more of the outputs than it takes to decide', async () => {
  // Reading goes on while a busy machine decides: many more than it takes.
  const many = outputsOf(20 * COUNT);
  const order = orderRows(
    many.map(({ index }) => index),
    3,
  );
  const inOrder = Array.from(order.rows, (row) => many[row]!);
  const position = new Map(Array.from(order.rows, (row, at) => [row, at]));
  const sure = inOrder.map((sample) => ({ ...sample, features: { ...sample.features, model_output: 'yes' } }));
  const asked: RunPlan = {
    ...plan({}, sure),
    stop: {
      ...{ algorithm: 'agrees', score: 'same', rule: { decidedAgainst: 0.2 }, confidence: 0.95, minSamples: 2 },
      ...{ order, positionOf: (row) => position.get(row)! },
    },
  };
  const { summary } = await run(asked);
  expect(summary.models[0]!.stop).toMatchObject({ decided: true });
  expect(read).toBeLessThan(many.length);
});
