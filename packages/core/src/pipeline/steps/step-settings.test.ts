import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
