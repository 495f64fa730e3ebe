import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runFolder } from 'assay/internal';
import { expect, onTestFinished, test } from 'vitest';
import type { RunOverview } from '../runs/run-catalogue.ts';
import { RunCosts } from './run-costs.ts';

const model = (name: string) => ({
  ...{ name, runner: `http:${name}`, promptTokens: 1_000_000, newTokens: 500_000 },
  states: { scored: 60, unscored: 0, truncated: 0, refused: 0, failed: 0, timed_out: 0, skipped: 0 },
});

/** A run of these models by a config with these lines. */
async function run(name: string, models: readonly string[], lines: string): Promise<RunOverview> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-costs-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const configText = `dataset: { dataset_name: d, input_data_location: d.jsonl, model_input_key: a }
models: [${models.map((each) => `{ name: ${each}, runner: scripted, scripted: { answers: a.jsonl } }`).join(', ')}]
algorithms: [{ algorithm: qa_accuracy }]
${lines}
`;
  const manifest = { configFile: 'config.yaml', configText, version: 1 };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  return {
    name,
    folder: runFolder(folder),
    manifest,
    summary: { models: models.map(model) },
  } as unknown as RunOverview;
}

test('a run costs what its tokens cost by the prices of its config; what is unknown makes it a lower bound', async () => {
  const prices = 'prices: { currency: EUR, tokens: { a: { input: 1, output: 2 } } }';
  const costs = await new RunCosts().of([
    await run('whole', ['a'], prices),
    await run('partly', ['a', 'b'], prices),
    await run('free', ['a'], ''),
    await run('broken', ['a'], 'prices: [1]'),
  ]);
  expect([...costs]).toEqual([
    ['whole', 'EUR 2.00'],
    ['partly', 'at least EUR 2.00'],
  ]);
});
