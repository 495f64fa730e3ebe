import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Summary } from 'assay/internal';
import { expect, onTestFinished, test } from 'vitest';
import { storedManifest, storedSummary } from '../../../core/test/stored-run.ts';
import { RunCatalogue } from './run-catalogue.ts';

test('a run with a summary is finished, but for one whose model failed and left samples to a resume', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-catalogue-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const write = async (name: string, skipped: number, failure?: Summary['models'][number]['failure']) => {
    await mkdir(join(folder, name));
    const dataset = { name: 'made-up', files: [], samples: 60 };
    const manifest = storedManifest({ dataset, models: [{ name: 'm', runner: '' }] });
    await writeFile(join(folder, name, 'manifest.json'), manifest);
    const states = { scored: 60 - skipped, skipped };
    const model = { name: 'm', states, ...(failure === undefined ? {} : { failure }) };
    await writeFile(join(folder, name, 'summary.json'), storedSummary([model]));
  };
  await write('whole', 0);
  await write('partial', 20, { code: 'RUNNER_CIRCUIT_OPEN', message: 'down' });
  const runs = await new RunCatalogue(folder).list();
  const found = new Map(runs.map(({ name, state, done, total }) => [name, { state, done, total }]));
  expect(found.get('whole')).toEqual({ state: 'finished', done: 60, total: 60 });
  expect(found.get('partial')).toEqual({ state: 'stopped', done: 40, total: 60 });
});
