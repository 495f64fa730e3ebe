import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { summaryText } from '../../test/made-up-run.ts';
import { ALGORITHMS } from '../algorithms/algorithm-table.ts';
import { parseConfig, requireValid } from '../config/load-config.ts';
import { runEvaluation } from '../engine/run-evaluation.ts';
import type { RunPlan } from '../engine/run-plan.ts';
import { planRun } from '../plan/plan-run.ts';
import { readRows } from '../results/read-rows.ts';
import { runFolder } from '../storage/run-folder.ts';

const config = `
dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a, model_output_key: o }
models: [{ name: outputs, runner: outputs }]
algorithms: [{ algorithm: qa_accuracy }]
`;

test('one range scored in this thread, by a worker, or cut for two gives the same journal or summary', async () => {
  const place = await mkdtemp(join(tmpdir(), 'assay-outputs-'));
  onTestFinished(() => rm(place, { recursive: true, force: true }));
  const rows = Array.from({ length: 500 }, (_, i) =>
    i === 7 ? '{"torn' : JSON.stringify({ q: `Q ${i}`, a: `numéro ${i} 東京`, o: `Numéro ${i - (i % 3)} 東京…` }),
  );
  await writeFile(join(place, 'data.jsonl'), rows.join('\n'));
  const loaded = requireValid(parseConfig(config, join(place, 'c.yaml'), { algorithms: ALGORITHMS }, 'test'));
  const refuse = () => Promise.reject(new Error('nothing to open'));
  const plan = await planRun(loaded, { openRunner: refuse, openHelper: refuse });
  const run = async (name: string, scoring: RunPlan['scoring']) => {
    const folder = runFolder(join(place, name, 'run'));
    const asked = scoring === undefined ? plan : { ...plan, scoring };
    await runEvaluation(asked, folder.path, {}, new AbortController().signal);
    return { journal: await readFile(folder.journal, 'utf8'), summary: await summaryText(folder.path) };
  };
  const here = await run('here', undefined);
  expect(here.journal).toContain('"samples":499');
  expect(await run('worker', { threads: 1 })).toEqual(here);
  expect((await run('two', { threads: 2, rangeBytes: 3000 })).summary).toBe(here.summary);
});

test('a limit that spans ranges takes its rows and no others, whatever limit the config has', async () => {
  const place = await mkdtemp(join(tmpdir(), 'assay-limits-'));
  onTestFinished(() => rm(place, { recursive: true, force: true }));
  const rows = Array.from({ length: 500 }, (_, i) => JSON.stringify({ q: `Q ${i}`, a: `a ${i}`, o: `a ${i}` }));
  await writeFile(join(place, 'data.jsonl'), rows.join('\n'));
  const limited = config.replace('model_output_key: o', 'model_output_key: o, limit: 5');
  const loaded = requireValid(parseConfig(limited, join(place, 'c.yaml'), { algorithms: ALGORITHMS }, 'test'));
  const refuse = () => Promise.reject(new Error('nothing to open'));
  const plan = await planRun(loaded, { openRunner: refuse, openHelper: refuse, limit: { from: 70, to: 430 } });
  const folder = runFolder(join(place, 'run'));
  const scoring = { threads: 1, rangeBytes: 2000 };
  const { summary } = await runEvaluation({ ...plan, scoring }, folder.path, {}, new AbortController().signal);
  expect(summary.models[0]!.states.scored).toBe(360);
  const indices: number[] = [];
  for await (const { index } of readRows(folder)) indices.push(index);
  expect(indices.sort((a, b) => a - b)).toEqual(Array.from({ length: 360 }, (_, at) => 70 + at));
});
