import { type AwsConfig, buildPipeline, parseConfig, requireValid, resolveRunners } from '@assay/core';
import { expect, test } from 'vitest';
import { memoryOf, ownDiskOf, smallestWith } from './instance-sizes.ts';
import { type JobSizesOptions, jobSizes } from './job-sizes.ts';
import { renderPipeline } from './render-pipeline.ts';

const graphOf = (more = '') => {
  const config = requireValid(
    parseConfig(
      `dataset: { input_data_location: d.jsonl }
models: [{ name: small, local: { model: SmolLM2-135M-Instruct } }, { name: big, local: { model: org/big } }]
algorithms: [{ algorithm: toxicity }]
${more}`,
      '/c.yaml',
    ),
  );
  return buildPipeline(config.config, resolveRunners(config));
};
/** A hundred million rows of 130 bytes. */
const LARGE = { bytes: 13e9, rows: 1e8, isPlain: true };
const MODELS = new Map([
  ['small', { bytes: 0.3e9, isFetched: false }],
  ['big', { bytes: 15e9, isFetched: true }],
]);
const aws = (given: object): AwsConfig => given as AwsConfig;
const sizes = (options: JobSizesOptions, more = '') => jobSizes(graphOf(more), options);

test('without anything large there is nothing to say', () => {
  const { instanceType, jobs, notes } = sizes({ data: { bytes: 1000, rows: 10, isPlain: true } });
  expect([instanceType, notes]).toEqual(['ml.m5.xlarge', []]);
  expect(jobs).toContainEqual({ step: 'merge', instances: 1, diskGb: 30, needsGb: 30, memoryGib: 4 });
});

test('disk is by the data and by what is downloaded, and told; one that is named and too small, too', () => {
  const told =
    'disk by the size of data and models: preprocess 49 GB, evaluate-small 36 GB, evaluate-big 66 GB, merge 34 GB; other jobs 30 GB';
  expect(sizes({ data: LARGE, models: MODELS }).notes).toContain(told);
  expect(sizes({ data: LARGE, aws: aws({ volume_gb: 40 }) }).notes).toEqual([
    'aws.volume_gb is 40; by the size of data and models jobs need more: preprocess 49 GB',
  ]);
});

test('the instance type is chosen by the weights that a job holds, where the config names none', () => {
  const { instanceType, notes } = sizes({ models: MODELS });
  expect(instanceType).toBe('ml.m5.2xlarge');
  expect(notes[0]).toBe(
    'jobs run on ml.m5.2xlarge in place of ml.m5.xlarge: evaluate-big holds big (15 GB) and needs about 27 GiB of memory',
  );
  const together = sizes({ models: MODELS }, 'pipeline: { name: p, mode: single_job }');
  expect(together.notes[0]).toContain('evaluation holds small (0.3 GB), big (15 GB)');
});

test('a type that is named stays, and what it cannot hold is told with one that can', () => {
  const named = sizes({ models: MODELS, aws: aws({ instance_type: 'ml.m5.xlarge' }) });
  expect(named.instanceType).toBe('ml.m5.xlarge');
  expect(named.notes[0]).toBe(
    'ml.m5.xlarge has 16 GiB: evaluate-big holds big (15 GB) and needs about 27 GiB of memory; take ml.m5.2xlarge',
  );
  expect(sizes({ models: MODELS, aws: aws({ instance_type: 'ml.r5.xlarge' }) }).notes).not.toContainEqual(
    expect.stringContaining('GiB'),
  );
  // Of a type that nobody knows nothing is said.
  expect(sizes({ models: MODELS, instanceType: 'ml.x9.huge' }).notes).not.toContainEqual(
    expect.stringContaining('GiB'),
  );
  const huge = new Map([['big', { bytes: 400e9, isFetched: false }]]);
  expect(sizes({ models: huge }).notes[0]).toContain('no general type has it');
});

test('a disk that is the machine’s own is as large as it is', () => {
  const { notes } = sizes({ data: { ...LARGE, bytes: 130e9 }, aws: aws({ instance_type: 'ml.g4dn.xlarge' }) });
  expect(notes[0]).toBe(
    'ml.g4dn.xlarge has a disk of 125 GB of its own, which aws.volume_gb does not change: preprocess needs 400 GB; take a type with a volume, such as ml.m5.xlarge',
  );
});

test('the definition has what was chosen', () => {
  const definition = renderPipeline(graphOf(), { data: LARGE, models: MODELS });
  expect(definition.Parameters.find(({ Name }) => Name === 'InstanceType')?.DefaultValue).toBe('ml.m5.2xlarge');
  const step = definition.Steps.find(({ Name }) => Name === 'evaluate-big')!;
  expect(step.Arguments).toMatchObject({ ProcessingResources: { ClusterConfig: { VolumeSizeInGB: 66 } } });
});

test('memory and disks of types', () => {
  expect(['ml.m5.large', 'ml.c5.9xlarge', 'ml.r6i.24xlarge', 'ml.g5.48xlarge'].map(memoryOf)).toEqual([
    8, 72, 768, 768,
  ]);
  expect(['ml.p3.2xlarge', 'ml.t3.medium', 'ml.m5', ''].map(memoryOf)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(['ml.m5d.4xlarge', 'ml.c5d.xlarge', 'ml.g5.2xlarge', 'ml.m5.xlarge'].map(ownDiskOf)).toEqual([
    ...[600, 100, 450, undefined],
  ]);
  expect([smallestWith(1), smallestWith(17), smallestWith(1000)]).toEqual(['ml.m5.xlarge', 'ml.m5.2xlarge', undefined]);
});
