import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { planOf, right, runnerOf } from '../../test/made-up-run.ts';
import { checkSamePlan, newManifest } from '../engine/plan-manifest.ts';

const file = (path: string) => ({ path, bytes: 1, sha256: path.length.toString(16) });
const base = planOf(runnerOf(right));
const plan = {
  ...base,
  configFile: resolve('project', 'evaluation_config.yaml'),
  dataset: {
    ...base.dataset,
    files: [file(resolve('project', 'data', 'a.jsonl')), file(resolve('elsewhere', 'b.jsonl')), file('s3://bucket/c')],
  },
};

test('paths inside the folder of the config are relative to it, others stay as they are', () => {
  const { configFile, configFolder, dataset } = newManifest(
    plan,
    'run',
    new Date(0),
    resolve('project', '.assay', 'runs', 'run'),
  );
  expect([configFile, configFolder]).toEqual(['evaluation_config.yaml', '../../..']);
  expect(dataset.files.map(({ path }) => path)).toEqual([
    'data/a.jsonl',
    resolve('elsewhere', 'b.jsonl'),
    's3://bucket/c',
  ]);
});

test('a run whose manifest has absolute paths is the same run', () => {
  const manifest = newManifest(plan, 'run', new Date(0), resolve('project', '.assay', 'runs', 'run'));
  const old = { ...manifest, configFile: plan.configFile, dataset: { ...manifest.dataset, files: plan.dataset.files } };
  expect(() => checkSamePlan(old, plan, 'run')).not.toThrow();
  const other = { ...plan, dataset: { ...plan.dataset, files: [file('changed')] } };
  expect(() => checkSamePlan(manifest, other, 'run')).toThrow('the dataset changed');
});
