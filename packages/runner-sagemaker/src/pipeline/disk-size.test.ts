import { buildPipeline, parseConfig, requireValid, resolveRunners } from '@assay/core';
import { expect, test } from 'vitest';
import { SampleAccount } from '../../test/sample-account.ts';
import { diskSizes, sizeAt } from './disk-size.ts';
import { renderPipeline } from './render-pipeline.ts';

const graphOf = (more: string) => {
  const config = requireValid(
    parseConfig(
      `dataset: { input_data_location: d.jsonl }
models: [{ name: a, runner: outputs }, { name: b, runner: outputs }]
algorithms: [{ algorithm: toxicity }]
${more}`,
      '/c.yaml',
    ),
  );
  return buildPipeline(config.config, resolveRunners(config));
};

/** A hundred million rows of 130 bytes. */
const LARGE = { bytes: 13e9, rows: 1e8, isPlain: true };

test('jobs get disk for the data that they hold', () => {
  const sizes = diskSizes(graphOf('sharding: { shards: 512, instances: 8 }'), LARGE);
  expect(Object.fromEntries(sizes)).toEqual({
    preprocess: 10 + 39,
    'evaluate-a': 10 + 4,
    'evaluate-b': 10 + 4,
    merge: 10 + 24,
    select: 10 + 12,
  });
});

test('one job holds all of it, and packed data become larger', () => {
  const plain = diskSizes(graphOf('pipeline: { name: one, mode: single_job }'), LARGE).get('evaluation')!;
  const packed = diskSizes(graphOf('pipeline: { name: one, mode: single_job }'), { ...LARGE, isPlain: false }).get(
    'evaluation',
  )!;
  expect(plain).toBe(10 + 95);
  expect(packed).toBeGreaterThan(plain + 300);
});

test('models that share a job share its disk', () => {
  const sizes = diskSizes(graphOf('pipeline: { name: p, models_per_job: 2 }'), LARGE);
  expect(sizes.get('models-1')).toBe(10 + 32);
});

test('the definition asks for it, unless the config does', () => {
  const graph = graphOf('');
  const volumes = (aws = {}) =>
    renderPipeline(graph, { aws, data: LARGE }).Steps.map(({ Name, Arguments }) => {
      const { ClusterConfig } = (Arguments as { ProcessingResources: { ClusterConfig: { VolumeSizeInGB: number } } })
        .ProcessingResources;
      return [Name, ClusterConfig.VolumeSizeInGB];
    });
  expect(Object.fromEntries(volumes())).toEqual({
    preprocess: 49,
    'evaluate-a': 36,
    'evaluate-b': 36,
    merge: 34,
    select: 30,
  });
  expect(new Set(volumes({ volume_gb: 20 }).map(([, gb]) => gb))).toEqual(new Set([20]));
});

test('the size of data on S3 is that of all objects below a folder, or of one object', async () => {
  const account = await SampleAccount.open();
  try {
    const { store } = account.aws;
    store.put('s3://bkt/data/a.jsonl', 'x'.repeat(1200));
    store.put('s3://bkt/data/deep/b.jsonl', 'x'.repeat(300));
    store.put('s3://bkt/database.jsonl', 'x'.repeat(7));
    const of = (uri: string) => sizeAt(account.connection, uri);
    expect(await of('s3://bkt/data/')).toEqual({ bytes: 1500, rows: null, isPlain: true });
    expect(await of('s3://bkt/data/a.jsonl')).toEqual({ bytes: 1200, rows: null, isPlain: true });
    store.put('s3://bkt/data/c.jsonl.gz', 'x'.repeat(10));
    expect(await of('s3://bkt/data/')).toEqual({ bytes: 1510, rows: null, isPlain: false });
    expect(await of('s3://bkt/nothing/')).toEqual({ bytes: 0, rows: null, isPlain: true });
    account.aws.faults.add('ListObjectsV2', { kind: 'access-denied' });
    await expect(of('s3://bkt/data/')).rejects.toMatchObject({ code: 'AWS_ACCESS_DENIED' });
  } finally {
    await account.close();
  }
});
