import { flatSteps, isPlainLines, type PipelineGraph, type PipelineStep } from '@assay/core';
import type { AwsConnection } from '../aws/aws-connection.ts';
import { S3Bucket } from '../aws/s3-bucket.ts';
import { parseS3Uri } from '../aws/s3-uri.ts';
import type { DataSize } from './job-needs.ts';

/** Of a result without texts, for one row and model: measured are 18. */
const RESULT_BYTES = 40;
/** Rows are rarely shorter. */
const ROW_BYTES = 100;
/** What CSV, Parquet or a packed file becomes as lines, at most as a rule. */
const GROWTH = 10;
/** Up to so many rows the texts of answers are kept, some thousand bytes each. */
const KEPT_ROWS = 100_000;
const KEPT_BYTES = 8192;
/** The container's own files, logs, models of a few hundred megabytes. */
const BASE_GB = 10;
/** Room beyond what is expected. */
const MARGIN = 1.5;
const LARGEST_GB = 16_384;

/**
 * Gigabytes of disk that each job of a graph needs, by its name: data, the shards that are cut of them, results of shards
 * and of the whole. Jobs that hold none of these are left out.
 */
export function diskSizes(graph: PipelineGraph, data: DataSize): ReadonlyMap<string, number> {
  const evaluations = flatSteps(graph).filter(({ kind }) => kind === 'evaluate');
  const lines = data.bytes * (data.isPlain ? 1 : GROWTH);
  const rows = data.rows ?? Math.ceil(data.bytes / ROW_BYTES);
  const results = rows * (rows <= KEPT_ROWS ? KEPT_BYTES : RESULT_BYTES);
  const all = results * evaluations.length;
  const bytesOf = (step: PipelineStep): number | undefined => {
    if (step.kind === 'preprocess') return data.bytes + lines;
    if (step.kind === 'evaluate') return (lines + results) / step.instances;
    // What it reads, and what it writes.
    if (step.kind === 'merge') return 2 * all;
    if (step.kind === 'select' || step.kind === 'register') return all;
    if (step.kind !== 'group') return undefined;
    const inside = flatSteps(step);
    if (inside.some(({ kind }) => kind === 'preprocess')) return data.bytes + 2 * lines + 3 * all;
    return lines + results * inside.filter(({ kind }) => kind === 'evaluate').length;
  };
  const sizes = new Map<string, number>();
  for (const step of graph.steps) {
    const bytes = bytesOf(step);
    if (bytes !== undefined) sizes.set(step.name, Math.min(LARGEST_GB, BASE_GB + Math.ceil((MARGIN * bytes) / 1e9)));
  }
  return sizes;
}

/** Of a dataset on S3. @param uri an object or a folder @throws AssayError */
export async function sizeAt(connection: AwsConnection, uri: string): Promise<DataSize> {
  const { bucket, key } = parseS3Uri(uri);
  const objects = await new S3Bucket(connection, bucket).objects(key);
  return {
    bytes: objects.reduce((sum, { bytes }) => sum + bytes, 0),
    rows: null,
    isPlain: objects.every((object) => isPlainLines(object.key)),
  };
}
