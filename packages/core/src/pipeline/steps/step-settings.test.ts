import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { stepFolders } from './step-folders.ts';
import { readStepConfig } from './step-settings.ts';

const CONFIG = `dataset: { input_data_location: trex }
models: [{ name: script, scripted: { answers: answers.jsonl } }]
algorithms: [{ algorithm: factual_knowledge }]
`;

it('files that come as an input take the place of a set by name, which brings its keys', async () => {
  const folders = stepFolders(temporaryFolder());
  for (const input of ['config', 'dataset']) await mkdir(folders.input(input), { recursive: true });
  await writeFile(join(folders.input('config'), 'evaluation_config.yaml'), CONFIG);
  await writeFile(join(folders.input('config'), 'step.json'), JSON.stringify({ datasetName: 'trex' }));
  await writeFile(join(folders.input('dataset'), '0-trex.jsonl'), '{}\n');
  const { loaded } = await readStepConfig(folders, {});
  expect(loaded.config.dataset).toMatchObject({
    input_data_location: [join(folders.input('dataset'), '0-trex.jsonl')],
    dataset_name: 'trex',
    model_input_key: 'question',
    target_output_key: 'answers',
  });
});

it('reads of a place on S3 what the config means, in folders too, and in later steps what the first one cut', async () => {
  const folders = stepFolders(temporaryFolder());
  const files = ['10/b.jsonl', '10/a.jsonl', '09/c.jsonl', '_SUCCESS'];
  for (const folder of ['config', 'dataset/09', 'dataset/10']) await mkdir(folders.input(folder), { recursive: true });
  for (const file of files) await writeFile(join(folders.input('dataset'), file), '{}\n');
  await writeFile(join(folders.input('config'), 'evaluation_config.yaml'), CONFIG.replace('trex', 's3://mine/calls/'));
  await writeFile(join(folders.input('config'), 'step.json'), JSON.stringify({ datasetUri: 's3://mine/calls/' }));
  const read = async () => {
    const { input_data_location: paths, dataset_name: name } = (await readStepConfig(folders, {})).loaded.config
      .dataset;
    return [name, ...[paths].flat().map((path) => relative(folders.input('dataset'), path))];
  };
  expect(await read()).toEqual(['calls', '09/c.jsonl', '10/a.jsonl', '10/b.jsonl'].map((path) => join(path)));
  const located = { input_data_location: 'was/there.jsonl', dataset_name: 'frozen' };
  const file = { path: 'was/there.jsonl', bytes: 3, sha256: '', rows: 1 };
  const shard = { name: 'shard-0000-of-0001.jsonl', bytes: 1, sha256: '', samples: 1, pieces: [] };
  const index = {
    format: 1,
    planDigest: '',
    located,
    columns: [],
    files: [file],
    learnt: {},
    samples: 1,
    shards: [shard],
  };
  await mkdir(folders.input('index'));
  await writeFile(join(folders.input('index'), 'dataset.json'), JSON.stringify(index));
  expect((await readStepConfig(folders, {})).loaded.config.dataset).toEqual(located);
});
