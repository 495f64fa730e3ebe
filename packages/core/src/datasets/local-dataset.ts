import { existsSync } from 'node:fs';
import type { DatasetConfig } from '../config/schema/dataset-config.ts';
import { AssayError, isAssayError, type SourcePlace } from '../errors/assay-error.ts';
import { type CatalogueEntry, findInCatalogue } from './catalogue.ts';
import { isRemote, resolveConfigPath } from './locate-files.ts';
import type { FetchRemoteOptions } from './remote/fetch-remote.ts';
import { isObjectPattern, objectPattern } from './remote/object-pattern.ts';

/** Downloads what is behind a URI, or finds it in the cache: absolute paths of the files. */
export type FetchDataset = (uri: string, options?: Pick<FetchRemoteOptions, 'partly'>) => Promise<readonly string[]>;

export interface LocalDatasetOptions {
  readonly baseDir?: string;
  /** Without it a URI is left as it is. */
  readonly fetchRemote?: FetchDataset | undefined;
  /** Only some of the rows will be read. @default false */
  readonly partly?: boolean | undefined;
  /** Where the config names the data, for errors. */
  readonly at?: SourcePlace;
}

/**
 * A dataset as a run and its workers read it: names of the catalogue with their location and keys (given keys win; none
 * are added beside a dialect), and every URI replaced by the files that were downloaded.
 * @throws DATASET_DOWNLOAD
 */
export async function localDataset(config: DatasetConfig, options: LocalDatasetOptions = {}): Promise<DatasetConfig> {
  const locations = [config.input_data_location].flat();
  const entries = locations.map((location) => entryOf(location, options.baseDir));
  const files: string[] = [];
  for (const [position, location] of locations.entries()) {
    const place = entries[position]?.location ?? location;
    files.push(...(isRemote(place) && options.fetchRemote !== undefined ? await fetched(place, options) : [place]));
  }
  const [entry] = locations.length === 1 ? entries : [];
  const name = entry?.name ?? (locations.length === 1 ? nameOf(locations[0]!) : undefined);
  return {
    ...(config.dialect === undefined ? entry?.keys : undefined),
    ...(name === undefined ? {} : { dataset_name: name }),
    ...config,
    input_data_location: files.length === 1 ? files[0]! : files,
  };
}

/** A file or folder of that name goes first. */
function entryOf(location: string, baseDir: string | undefined): CatalogueEntry | undefined {
  const entry = findInCatalogue(location);
  return entry === undefined || existsSync(resolveConfigPath(location, baseDir)) ? undefined : entry;
}

/** Files of the hub are called after their split, those of a folder on S3 after the hour: neither names a dataset. */
function nameOf(location: string): string | undefined {
  const key = /^s3:\/\/[^/]+\/(.+)$/i.exec(location)?.[1];
  if (key === undefined) return /^hf:\/\/datasets\/[^/]+\/([^/@]+)/i.exec(location)?.[1];
  if (!isObjectPattern(key)) return undefined;
  return objectPattern(key)
    .root.split('/')
    .findLast((part) => part !== '');
}

async function fetched(uri: string, { fetchRemote, partly, at }: LocalDatasetOptions): Promise<readonly string[]> {
  try {
    return await fetchRemote!(uri, { partly });
  } catch (thrown) {
    if (!isAssayError(thrown) || thrown.at !== undefined || at === undefined) throw thrown;
    throw new AssayError(thrown.code, thrown.message, { hint: thrown.hint, at, cause: thrown });
  }
}
