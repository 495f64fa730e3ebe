import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../../runner-sagemaker/test/stand-in/stand-in.ts';
import { assayHere } from './assay-here.ts';

let aws: StandIn;
let folder: string;
let env: NodeJS.ProcessEnv;
const CONFIG = `dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a }
models:
  - name: m
    sagemaker: { region: eu-west-1, image_uri: 'img:1', model_data: 's3://b/model.tar.gz' }
    deployment_config: { instance_type: ml.g5.2xlarge }
algorithms: [{ algorithm: factual_knowledge }]
aws: { region: us-east-1 }
`;

beforeEach(async () => {
  aws = await startStandIn();
  folder = await mkdtemp(join(tmpdir(), 'assay-regions-'));
  env = { AWS_ENDPOINT_URL: aws.url, AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_CONFIG_FILE: '/dev/null' };
  await writeFile(join(folder, 'c.yaml'), CONFIG);
});
afterEach(async () => {
  await aws.close();
  await rm(folder, { recursive: true, force: true });
});

/** Regions that calls were signed for, in the order of their first call. */
const regions = (): string[] => [
  ...new Set(aws.calls.map(({ headers }) => String(headers.authorization).split('/')[2]!)),
];

/** A step in a container's folders. @param settings of the start */
async function cleanup(settings: Record<string, unknown>): Promise<void> {
  const config = join(folder, 'ml/processing/input/config');
  await mkdir(config, { recursive: true });
  await writeFile(join(config, 'evaluation_config.yaml'), CONFIG);
  await writeFile(join(config, 'step.json'), JSON.stringify(settings));
  const args = ['step', 'cleanup', '--model-index', '0', '--run-id', 'e1'];
  const { code, stderr } = await assayHere(args, folder, { ...env, ASSAY_ML_ROOT: join(folder, 'ml') });
  expect(code, stderr).toBe(0);
}

test('a step works in the region of its model', async () => {
  await cleanup({});
  expect(regions()).toEqual(['eu-west-1']);
});

test('the region that a pipeline was started with wins over that of the model', async () => {
  await cleanup({ region: 'ap-south-1' });
  expect(regions()).toEqual(['ap-south-1']);
});

test('a sweep with a config looks in all of its regions', async () => {
  const { code, stderr } = await assayHere(['pipeline', 'sweep', 'c.yaml', '--dry-run'], folder, env);
  expect(code, stderr).toBe(0);
  expect(regions()).toEqual(['us-east-1', 'eu-west-1']);
});
