import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
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

test('a folder that has not changed for long is running as soon as a lock comes, and again after a dead one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-catalogue-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const run = join(folder, 'run');
  await mkdir(run);
  const dataset = { name: 'made-up', files: [], samples: 60 };
  await writeFile(join(run, 'manifest.json'), storedManifest({ dataset, models: [{ name: 'm', runner: '' }] }));
  await writeFile(join(run, 'summary.json'), storedSummary([{ name: 'm', states: { scored: 60, skipped: 0 } }]));
  const catalogue = new RunCatalogue(folder);
  const state = async () => (await catalogue.list())[0]!.state;
  const asOld = () => utimes(run, new Date(2020, 1), new Date(2020, 1));
  const holder = (pid: number) => JSON.stringify({ pid, host: hostname(), startedAt: null });
  await asOld();
  expect([await state(), await state()]).toEqual(['finished', 'finished']);
  await writeFile(join(run, 'lock'), holder(process.pid));
  expect(await state()).toBe('running');
  await writeFile(join(run, 'lock'), holder(2 ** 22 + 1));
  await asOld();
  expect(await state()).toBe('finished');
  // The file that is there says another holder: the folder does not change by it.
  await writeFile(join(run, 'lock'), holder(process.pid));
  expect(await state()).toBe('running');
});
