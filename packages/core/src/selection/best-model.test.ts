import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import type { RunView } from '../results/summary.ts';
import { readBestModel, writeBestModel } from './best-model.ts';
import type { Selection } from './select-model.ts';

const selection: Selection = {
  ...{ model: 'b', score: 'qa.f1', value: 0.5, tied: ['a'], reason: 'the only one' },
  ranks: [{ model: 'b', value: 0.5, best: 1, worst: 2 }],
};
const run = {
  manifest: { run: 'one' },
  summary: {
    models: [
      { name: 'a', runner: 'x:1' },
      { name: 'b', runner: 'y:2' },
    ],
  },
} as unknown as Pick<RunView, 'manifest' | 'summary'>;

test('the chosen model is kept with its run and its runner, and read back', async () => {
  const file = join(temporaryFolder(), 'best_model.json');
  expect(await readBestModel(file)).toBeUndefined();
  await writeBestModel(file, run, selection);
  expect(await readBestModel(file)).toMatchObject({ run: 'one', runner: 'y:2', ...selection });
  expect(await readBestModel(file)).not.toHaveProperty('acceptedDamage');
  await writeBestModel(file, run, { ...selection, model: null, value: null });
  expect(await readBestModel(file)).toMatchObject({ model: null, runner: '', value: null });
});

test('what was damaged when it was chosen is said, and a file of another shape is refused', async () => {
  const file = join(temporaryFolder(), 'best_model.json');
  await writeBestModel(file, { ...run, damage: { lines: 2, models: [], checkpoint: false } }, selection);
  expect(await readBestModel(file)).toMatchObject({ acceptedDamage: '2 lines of its journal are damaged or lost' });
  await writeBestModel(file, run, selection);
  const whole = z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(file, 'utf8')));
  for (const changes of [{ model: 3 }, { ranks: [1] }, { ranks: [null] }, { tied: 'a' }, { run: undefined }]) {
    await writeFile(file, JSON.stringify({ ...whole, ...changes, crc32: undefined }));
    await expect(readBestModel(file)).rejects.toMatchObject({ code: 'RUN_DAMAGED' });
  }
});
