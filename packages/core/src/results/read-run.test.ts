import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { storedManifest, storedSummary } from '../../test/stored-run.ts';
import { encodeRecord } from '../journal/journal-record.ts';
import { runFolder } from '../storage/run-folder.ts';
import { readRun } from './read-run.ts';

test('of a large run samples are drawn with the rows of all their models, in whatever order these ended', async () => {
  const place = await mkdtemp(join(tmpdir(), 'assay-rows-'));
  onTestFinished(() => rm(place, { recursive: true, force: true }));
  const folder = runFolder(place);
  const line = (model: string, sample: number) =>
    encodeRecord({ kind: 'sample', model, sample, digest: `${sample}`, state: 'scored', outcomes: {} });
  // Interleaved as two models that run side by side, one of them ten samples behind.
  const lines = Array.from({ length: 2010 }, (_, at) => [
    ...(at < 2000 ? [line('a', at)] : []),
    ...(at >= 10 ? [line('b', at - 10)] : []),
  ]).flat();
  await writeFile(folder.journal, lines.join(''));
  await writeFile(folder.manifest, storedManifest());
  const models = ['a', 'b'].map((name) => ({ name, states: { scored: 2000 } }));
  await writeFile(folder.summary, storedSummary(models));
  const { rows, share } = await readRun(folder, { maxRows: 400 });
  expect(share).toBe(0.1);
  const drawn = { a: [] as number[], b: [] as number[] };
  for await (const { model, index } of rows) drawn[model as 'a' | 'b'].push(index);
  expect(drawn.a.length).toBeGreaterThan(150);
  expect(drawn.a.length).toBeLessThan(250);
  expect(drawn.b).toEqual(drawn.a);
});
