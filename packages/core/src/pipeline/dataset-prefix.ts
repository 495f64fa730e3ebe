import type { DatasetConfig } from '../config/schema/dataset-config.ts';
import { CATALOGUE } from '../datasets/catalogue.ts';
import { objectPattern } from '../datasets/remote/object-pattern.ts';
import { parseRemoteSource } from '../datasets/remote/remote-source.ts';

/**
 * Where on S3 the steps of a pipeline read a dataset themselves, each execution what is there by then: the object, or the
 * folder of a glob. Undefined for what has to be uploaded: files of this machine, other URIs, sets by name, lists of
 * locations, a glob over a whole bucket.
 */
export function datasetPrefix({ input_data_location: location }: DatasetConfig): string | undefined {
  const [uri, ...others] = [location].flat();
  if (uri === undefined || others.length > 0 || !/^s3:\/\//i.test(uri)) return undefined;
  if (CATALOGUE.some((entry) => entry.location === uri)) return undefined;
  const source = parseRemoteSource(uri);
  if (source.kind !== 's3') return undefined;
  const { bucket, key, isPattern } = source;
  if (!isPattern) return `s3://${bucket}/${key}`;
  const { root } = objectPattern(key);
  return root === '' ? undefined : `s3://${bucket}/${root}`;
}

/** Whether an object below the prefix belongs to the dataset. @param path below the prefix, with forward slashes */
export function isOfDataset({ input_data_location: location }: DatasetConfig, path: string): boolean {
  const source = parseRemoteSource(String([location].flat()[0]));
  if (source.kind !== 's3') return false;
  if (!source.isPattern) return source.key.endsWith(`/${path}`) || source.key === path;
  const { root, matches } = objectPattern(source.key);
  return matches(`${root}${path}`);
}
