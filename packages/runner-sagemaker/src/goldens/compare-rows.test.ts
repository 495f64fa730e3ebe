import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GATED, LMI_IMAGE, languageModel } from '../../test/jumpstart-documents.ts';
import { compareRows } from './compare-rows.ts';
import { Documents } from './documents.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-goldens-'));
  await writeFile(join(folder, 'm.json'), JSON.stringify(languageModel('m', '1.0.0', GATED)));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const row = (expected: unknown, more: object = {}) => ({
  document: 'm.json',
  kind: 'spec',
  scope: 'hosting',
  instance_type: 'ml.g5.48xlarge',
  region: 'us-east-1',
  config: null,
  expected,
  ...more,
});
const compare = (...rows: object[]) =>
  compareRows(new Documents(folder), rows.map((each) => JSON.stringify(each)).join('\n'));

test('a row that says what the document says is equal; one that does not is a mismatch at its place', () => {
  const right = row({
    image_uri: LMI_IMAGE,
    env_model_class: {
      HF_MODEL_ID: '/opt/ml/model',
      ENDPOINT_SERVER_TIMEOUT: '3600',
      OPTION_TENSOR_PARALLEL_DEGREE: '8',
    },
  });
  expect(compare(right)).toMatchObject({ rows: 1, equal: 1, mismatches: [] });
  const wrong = row({ image_uri: LMI_IMAGE, deploy_kwargs: { model_data_download_timeout: 1 } });
  expect(compare(right, wrong).mismatches).toMatchObject([
    {
      line: 2,
      differences: [
        { place: 'deploy_kwargs.model_data_download_timeout' },
        { place: 'deploy_kwargs.container_startup_health_check_timeout' },
      ],
    },
  ]);
});

test('an edit of the document is applied, and an error is expected where there is one', () => {
  const edit = [
    { path: ['inference_config_components', 'lmi', 'hosting_instance_type_variants', 'variants', 'g5'], value: {} },
  ];
  expect(compare(row({ image_uri: { error: 'ValueError' } }, { edit }))).toMatchObject({ equal: 1 });
  expect(compare(row({ image_uri: { error: 'ValueError' } })).mismatches).toHaveLength(1);
});

test('a known defect of the SDK explains only its own difference', () => {
  const edit = [
    { path: ['inference_config_components', 'lmi', 'hosting_prepacked_artifact_key'], value: null },
    { path: ['hosting_prepacked_artifact_key'], value: null },
  ];
  const none = row({ model_uri: 's3://jumpstart-private-cache-prod-us-east-1/None' }, { edit });
  expect([...compare(none).defects.values()]).toEqual([[1]]);
  expect(compare(row({ model_uri: 's3://elsewhere/' }, { edit })).mismatches).toHaveLength(1);
});
