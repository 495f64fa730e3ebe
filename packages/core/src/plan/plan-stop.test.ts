import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ALGORITHMS } from '../algorithms/algorithm-table.ts';
import { parseConfig, requireValid } from '../config/load-config.ts';
import { runEvaluation } from '../engine/run-evaluation.ts';
import type { RunPlan } from '../engine/run-plan.ts';
import { type PlanOptions, planRun } from './plan-run.ts';

let folder: string;
const never = new AbortController().signal;
const TOTAL = 3000;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-plan-stop-'));
  // Sorted by how they end, so that the file's own order would mislead: the first half is right.
  const rows = Array.from({ length: TOTAL }, (_, i) => ({
    q: `question ${i}?`,
    a: `word${i}`,
    o: i < TOTAL / 2 ? `It is word${i}.` : 'no idea',
    g: `group ${i % 9}`,
  }));
  const lines = rows.map((row) => JSON.stringify(row));
  lines[5] = '{ torn';
  await writeFile(join(folder, 'data.jsonl'), lines.map((line) => `${line}\n`).join(''));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function plan(
  stop: string,
  {
    dataset = '',
    model = 'runner: outputs',
    ...options
  }: Partial<PlanOptions> & { dataset?: string; model?: string } = {},
) {
  const text = `dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a, model_output_key: o${dataset} }
models: [{ name: m, ${model} }]
algorithms: [{ algorithm: factual_knowledge }, { algorithm: qa_accuracy }${model.includes('outputs') ? '' : ', { algorithm: latency }'}]
stop_when: ${stop}
`;
  const loaded = requireValid(parseConfig(text, join(folder, 'config.yaml'), { algorithms: ALGORITHMS }));
  const unused = async () => {
    throw new Error('nothing is opened');
  };
  return planRun(loaded, { openRunner: unused, openHelper: unused, ...options });
}

const run = (made: RunPlan, to = 'run') => runEvaluation(made, join(folder, to), {}, never);

test('samples are drawn at random, so that a sorted file does not mislead; the manifest records how', async () => {
  const made = await plan('{ score: factual_knowledge.factual_knowledge, half_width: 0.08 }');
  const { summary, manifest } = await run(made);
  const { stop } = summary.models[0]!;
  expect(stop).toMatchObject({ decided: true, score: 'factual_knowledge.factual_knowledge' });
  expect(stop!.samples + stop!.saved).toBeGreaterThanOrEqual(TOTAL - 1);
  const [score] = summary.scores;
  expect(score!.interval![0]).toBeLessThan(0.5);
  expect(score!.interval![1]).toBeGreaterThan(0.5);
  expect(score!.n).toBeLessThan(600);
  expect(manifest.order).toEqual({ seed: 0, rows: TOTAL, sha256: made.stop!.order.sha256 });
  // Every row once, in another order than the file's.
  expect(made.stop!.order.rows.toSorted((a, b) => a - b)).toEqual(Array.from({ length: TOTAL }, (_, i) => i));
  expect(made.stop!.order.rows.slice(0, 20)).not.toEqual(made.stop!.order.rows.slice(0, 20).toSorted((a, b) => a - b));
});

test('the same seed gives the same run, another seed another order', async () => {
  const rule = '{ score: qa_accuracy.f1_score, decided_against: 0.9 }';
  const [one, again, other] = await Promise.all([plan(rule), plan(rule), plan(rule, { seed: 5 })]);
  expect(again.stop!.order).toEqual(one.stop!.order);
  expect(other.stop!.order.sha256).not.toBe(one.stop!.order.sha256);
  const strip = ({ summary: { timing: _, run: __, ...rest } }: Awaited<ReturnType<typeof run>>) => rest;
  expect(strip(await run(again, 'again'))).toEqual(strip(await run(one)));
});

test('a row that cannot be read counts where the run comes by it, and nowhere else', async () => {
  const made = await plan('{ score: factual_knowledge.factual_knowledge, half_width: 0.08 }');
  const { summary } = await run(made);
  const { stop } = summary.models[0]!;
  const reached = made.stop!.positionOf(5) <= made.stop!.positionOf(stop!.lastRow!);
  expect(summary.dataset.badRows).toBe(reached ? 1 : 0);
  const all = await run(await plan('{ score: factual_knowledge.factual_knowledge, half_width: 0.001 }'), 'all');
  expect(all.summary.dataset).toMatchObject({ samples: TOTAL - 1, badRows: 1 });
  expect(all.summary.models[0]!.stop).toMatchObject({ decided: false, saved: 0 });
});

test('a strict run ends at a bad row when its turn comes', async () => {
  const rule = '{ score: factual_knowledge.factual_knowledge, half_width: 0.001 }';
  await expect(run(await plan(rule, { strict: true }))).rejects.toMatchObject({ code: 'DATASET_SYNTAX' });
});

test('a limit draws from its rows alone', async () => {
  const made = await plan('{ score: qa_accuracy.f1_score, half_width: 0.001 }', { limit: { from: 100, to: 160 } });
  expect(made.stop!.order.rows.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => 100 + i));
  const { summary } = await run(made);
  expect(summary.models[0]!.stop!.samples).toBe(60);
  const journal = await readFile(join(folder, 'run', 'journal.jsonl'), 'utf8');
  const first = JSON.parse(journal.split('\n')[1]!) as { sample: number };
  expect(first.sample).toBeGreaterThanOrEqual(100);
});

test('without stop_when in force the file is read in its own order', async () => {
  const made = await plan('{ score: qa_accuracy.f1_score, half_width: 0.05 }', { stopEarly: false });
  expect(made.stop).toBeUndefined();
  const { summary } = await run(made);
  expect(summary.models[0]!.stop).toBeUndefined();
  expect(summary.scores[0]!.intervalMethod).toBe('blaker');
});

describe('is refused', () => {
  test.each([
    ['{ score: qa_accuracy.f2_score, half_width: 0.1 }', 'no algorithm of this run has the score qa_accuracy.f2_score'],
    ['{ score: latency.latency_s, half_width: 0.1 }', 'has no bounds'],
    ['{ score: qa_accuracy.f1_score, decided_against: 1.4 }', 'decided_against is 1.4'],
  ])('%s', async (stop, message) => {
    const refused = plan(stop, { model: 'scripted: { answers: none.jsonl }' });
    await expect(refused).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(message),
      at: { line: 4 },
    });
  });

  test('beside a cluster key', async () => {
    const refused = plan('{ score: qa_accuracy.f1_score, half_width: 0.1 }', { dataset: ', cluster_key: g' });
    await expect(refused).rejects.toThrow('stop_when takes samples as independent');
  });

  test('where the score is not among the algorithms chosen', async () => {
    const refused = plan('{ score: qa_accuracy.f1_score, half_width: 0.1 }', { algorithms: ['factual_knowledge'] });
    await expect(refused).rejects.toThrow('no algorithm of this run has the score');
  });
});
