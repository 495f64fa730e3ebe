import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { RunCatalogue } from './run-catalogue.ts';

test('a run with a summary is finished, but for one whose model failed and left samples to a resume', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-catalogue-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const write = async (name: string, skipped: number, failure?: object) => {
    await mkdir(join(folder, name));
    const manifest = {
      format: 1,
      createdAt: '2026-11-24T00:00:00Z',
      dataset: { samples: 60 },
      models: [{ name: 'm' }],
    };
    await writeFile(join(folder, name, 'manifest.json'), JSON.stringify(manifest));
    const summary = { models: [{ name: 'm', states: { scored: 60 - skipped, skipped }, failure }] };
    await writeFile(join(folder, name, 'summary.json'), JSON.stringify(summary));
  };
  await write('whole', 0);
  await write('partial', 20, { code: 'RUNNER_CIRCUIT_OPEN', message: 'down' });
  const runs = await new RunCatalogue(folder).list();
  const found = new Map(runs.map(({ name, state, done, total }) => [name, { state, done, total }]));
  expect(found.get('whole')).toEqual({ state: 'finished', done: 60, total: 60 });
  expect(found.get('partial')).toEqual({ state: 'stopped', done: 40, total: 60 });
});
