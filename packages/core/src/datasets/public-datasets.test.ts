import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ALGORITHMS } from '../algorithms/algorithm-table.ts';
import { loadConfig, requireValid } from '../config/load-config.ts';
import { datasetConfig } from '../config/schema/dataset-config.ts';
import { localDataset } from './local-dataset.ts';
import { openDataset } from './open-dataset.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const folder = ['../shared/datasets', '../../shared/datasets'].map((path) => join(root, path)).find(existsSync);

describe.skipIf(folder === undefined)('real public files (skipped without ../shared/datasets)', () => {
  test.each([
    ['trivia-qa/evaluation_dataset_trivia.jsonl', 50, { model_input_key: 'question', target_output_key: 'answer' }],
    ['trivia-qa/*.jsonl', 5_550, { model_input_key: 'question', target_output_key: 'answer' }],
    [
      'crows-pairs/crows_pairs_anonymized.csv',
      1_508,
      { sent_more_input_key: 'sent_more', sent_less_input_key: 'sent_less', category_key: 'bias_type' },
    ],
    ['davidson/labeled_data.csv', 24_783, { model_output_key: 'tweet', human_label_key: 'class' }],
    ['wiki-toxicity/toxicity_nonfuzzed_testset.csv', 1_492, { model_output_key: 'comment', human_label_key: 'toxic' }],
    ['gsm8k/test.jsonl', 1_319, { model_input_key: 'question', target_output_key: 'answer' }],
    [
      'bbq/Religion.jsonl',
      1_200,
      {
        context_key: 'context',
        model_input_key: 'question',
        choices_key: '[ans0, ans1, ans2]',
        answer_index_key: 'label',
      },
    ],
    ['bold/religious_ideology_prompt.json', 639, { model_input_key: 'values(@)[].values(@)[][]' }],
  ])('%s has %i rows, every one readable with every key', async (name, count, keys) => {
    const dataset = await openDataset(datasetConfig.parse({ input_data_location: name, ...keys }), {
      baseDir: folder!,
    });
    expect(await dataset.countRows()).toBe(count);
    let read = 0;
    for await (const sample of dataset.samples({ strict: true })) {
      expect(sample.index).toBe(read++);
      expect(Object.keys(sample.features).length).toBeGreaterThanOrEqual(Object.keys(keys).length);
    }
    expect(read).toBe(count);
  });

  test('the example of CrowS-Pairs finds all 1,508 pairs of the authors’ file where the command is given', async () => {
    const file = join(root, 'examples', 'prompt-stereotyping', 'crows-pairs.yaml');
    const { config } = requireValid(await loadConfig(file, { algorithms: ALGORITHMS }));
    const located = await localDataset(config.dataset, { baseDir: folder!, fetchRemote: () => expect.unreachable() });
    const dataset = await openDataset(located, { baseDir: folder! });
    const types = new Set<string | undefined>();
    for await (const { features } of dataset.samples({ strict: true })) types.add(features.category);
    expect([dataset.name, await dataset.countRows(), types.size]).toEqual(['crows-pairs', 1_508, 9]);
    expect(dataset.features).toEqual(expect.arrayContaining(['sent_more_input', 'sent_less_input']));
  });

  test('the AWS sample’s config finds its own dataset beside it', async () => {
    const file = fileURLToPath(new URL('../../fixtures/aws-sample/pipeline_config.yaml', import.meta.url));
    const { config } = requireValid(await loadConfig(file));
    const dataset = await openDataset(config.dataset, { baseDir: join(folder!, 'trivia-qa') });
    expect(dataset.name).toBe('trivia_qa_sampled');
    expect(await dataset.countRows()).toBe(50);
    await expect(openDataset(config.dataset, { baseDir: dirname(file) })).rejects.toMatchObject({
      code: 'DATASET_NOT_FOUND',
    });
  });
});
