import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { datasetConfig } from '../config/schema/dataset-config.ts';
import { AssayError } from '../errors/assay-error.ts';
import { CATALOGUE } from './catalogue.ts';
import { localDataset } from './local-dataset.ts';
import { BUILT_IN_DATASETS } from './locate-files.ts';
import { openDataset } from './open-dataset.ts';

const config = (input_data_location: string | string[], more = {}) =>
  datasetConfig.parse({ input_data_location, ...more });
const OWN = CATALOGUE.filter(({ origin }) => origin === 'assay');

describe('the catalogue', () => {
  it('has every set of the datasets folder and the twelve of FMEval, each name once', () => {
    const listed = [...readFileSync(join(BUILT_IN_DATASETS, 'README.md'), 'utf8').matchAll(/^\| \[([\w-]+)\]/gm)];
    expect(OWN.map(({ name }) => name)).toEqual(listed.map(([, name]) => name));
    expect(CATALOGUE.filter(({ origin }) => origin === 'fmeval')).toHaveLength(12);
    expect(new Set(CATALOGUE.map(({ name }) => name)).size).toBe(CATALOGUE.length);
  });

  it.each(OWN)(
    'opens $name by its name alone, with every key found and its rows counted',
    async ({ name, keys, rows }) => {
      const dataset = await openDataset(await localDataset(config(name)));
      expect(dataset.name).toBe(name);
      expect(dataset.features).toEqual(
        expect.arrayContaining(Object.keys(keys).map((key) => key.replace(/_key$/, ''))),
      );
      expect(await dataset.countRows()).toBe(rows);
    },
  );
});

describe('localDataset', () => {
  const fetchRemote = async (uri: string) => [`/cache/${uri.split('/').at(-1)}`];

  it('fills in what the config leaves open, and nothing beside a dialect', async () => {
    expect(await localDataset(config('general-knowledge', { category_key: 'difficulty' }))).toMatchObject({
      model_input_key: 'question',
      category_key: 'difficulty',
    });
    expect(await localDataset(config('general-knowledge', { dialect: 'fmeval' }))).not.toHaveProperty(
      'model_input_key',
    );
  });

  it('puts the downloaded file and the keys in place of the name of an FMEval set', async () => {
    expect(await localDataset(config('crows-pairs'), { fetchRemote })).toEqual({
      dataset_name: 'crows-pairs',
      input_data_location: '/cache/crows-pairs.jsonl',
      sent_more_input_key: 'sent_more',
      sent_less_input_key: 'sent_less',
      category_key: 'bias_type',
    });
  });

  it('keeps the order of a list that mixes paths and URIs', async () => {
    const mixed = ['a.jsonl', 's3://b/c.jsonl', 'd.jsonl'];
    expect((await localDataset(config(mixed), { fetchRemote })).input_data_location).toEqual([
      'a.jsonl',
      '/cache/c.jsonl',
      'd.jsonl',
    ]);
  });

  it('prefers a file of the same name', async () => {
    const baseDir = temporaryFolder();
    writeFileSync(join(baseDir, 'trex'), '');
    expect(await localDataset(config('trex'), { baseDir, fetchRemote })).toEqual({ input_data_location: 'trex' });
  });

  it('says where the config names what could not be fetched', async () => {
    const at = { file: 'evaluation_config.yaml', line: 3 };
    const failing = () => Promise.reject(new AssayError('DATASET_DOWNLOAD', 'gone', { hint: 'look' }));
    await expect(localDataset(config('s3://b/c'), { fetchRemote: failing, at })).rejects.toMatchObject({
      code: 'DATASET_DOWNLOAD',
      hint: 'look',
      at,
    });
  });
});
