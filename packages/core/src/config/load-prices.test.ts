import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadPrices } from './load-prices.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-prices-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const table = { currency: 'EUR', tokens: { small: { input: 0.1, output: 0.4 } } };

test('prices stand in the config, or in a file beside it', async () => {
  await writeFile(join(folder, 'prices.yaml'), 'currency: EUR\ntokens: { small: { input: 0.1, output: 0.4 } }\n');
  expect(await loadPrices(table, folder)).toBe(table);
  expect(await loadPrices('prices.yaml', folder)).toEqual(table);
});

test('a file that is not there, or holds something else, is named', async () => {
  await expect(loadPrices('none.yaml', folder)).rejects.toMatchObject({ code: 'CONFIG_NOT_FOUND' });
  await writeFile(join(folder, 'bad.yaml'), 'currency: EUR\ntokens: { small: { input: cheap, output: 0.4 } }\n');
  await expect(loadPrices('bad.yaml', folder)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('bad.yaml tokens.small.input'),
  });
  await writeFile(join(folder, 'torn.yaml'), 'currency: [\n');
  await expect(loadPrices('torn.yaml', folder)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});
