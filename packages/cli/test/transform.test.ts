import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startStandIn } from '../../runner-sagemaker/test/stand-in/stand-in.ts';
import { assay } from './assay.ts';

test('a run by Batch Transform waits for more samples than a run keeps in flight, scores them and says what it cost', async () => {
  const aws = await startStandIn();
  const folder = await mkdtemp(join(tmpdir(), 'assay-transform-'));
  onTestFinished(async () => {
    await aws.close();
    await rm(folder, { recursive: true, force: true });
  });
  aws.store.createBucket('bkt');
  aws.transforms.runMs = 0;
  const rows = Array.from({ length: 1_500 }, (_, i) => ({ q: `Question ${i}?`, a: i % 3 === 0 ? `${i}` : 'nothing' }));
  await writeFile(join(folder, 'data.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await writeFile(
    join(folder, 'c.yaml'),
    `dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a }
models:
  - name: m
    sagemaker: { mode: transform, image_uri: 'i:1' }
    deployment_config: { instance_type: ml.g5.2xlarge }
algorithms: [{ algorithm: factual_knowledge }]
aws: { role_arn: 'arn:aws:iam::123456789012:role/Exec', bucket: bkt, prefix: eval }
prices: { currency: USD, instances: { ml.g5.2xlarge: { transform: 1.5 } } }
`,
  );
  const { code, stderr } = await assay(['run', 'c.yaml', '--no-cache', '-o', 'out'], folder, {
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_CONFIG_FILE: '/dev/null',
  });
  expect(code, stderr).toBe(0);
  const { scores } = JSON.parse(await readFile(join(folder, 'out', 'summary.json'), 'utf8'));
  expect(scores.find(({ score }: { score: string }) => score === 'factual_knowledge')).toMatchObject({
    n: 1_500,
    value: 1 / 3,
  });
  expect(aws.transforms.names).toHaveLength(1);
  expect(stderr).toMatch(/estimate assay-m-\S+: ml\.g5\.2xlarge, 1\.50 USD an hour/);
  expect(stderr).toMatch(/transform job \S+ is Completed/);
  expect(stderr).toMatch(/billed {3}assay-m-\S+: \d+ s of ml\.g5\.2xlarge/);
  expect(aws.control.inventory()).toEqual([]);
});
