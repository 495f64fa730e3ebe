import { buildPipeline, parseConfig, requireValid, resolveRunners } from '@assay/core';
import { expect, test } from 'vitest';
import { diskNotes, diskSizes } from './disk-size.ts';
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

test('what jobs get is told, and what they lack', () => {
  const graph = graphOf('');
  expect(diskNotes(graph, { bytes: 1000, rows: 10, isPlain: true }, undefined)).toEqual([]);
  expect(diskNotes(graph, LARGE, undefined)).toEqual([
    'disk by the size of the data: preprocess 49 GB, evaluate-a 36 GB, evaluate-b 36 GB, merge 34 GB; other jobs 30 GB',
  ]);
  expect(diskNotes(graph, LARGE, { volume_gb: 40 })).toEqual([
    'aws.volume_gb is 40; by the size of the data jobs need more: preprocess 49 GB',
  ]);
});
