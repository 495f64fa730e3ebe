import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import type { ValidConfig } from '../config/load-config.ts';
import type { ResolvedModel } from '../config/resolve-runners.ts';
import type { DatasetConfig } from '../config/schema/dataset-config.ts';
import type { Dataset } from '../datasets/dataset.ts';
import type { DatasetIndex } from '../datasets/dataset-index.ts';
import type { KeptReadings } from '../datasets/kept-readings.ts';
import { type FetchDataset, localDataset } from '../datasets/local-dataset.ts';
import { budgetsOf, datasetOfRanges, openDataset } from '../datasets/open-dataset.ts';
import type { RowRange } from '../datasets/row-selection.ts';
import type { SourcePlace } from '../errors/assay-error.ts';
import { namedColumns } from './named-columns.ts';
import { withOutputKey } from './own-outputs.ts';

/** A dataset that was cut into shards, of which some are here. */
export interface IndexedData {
  readonly index: DatasetIndex;
  /** Files of shards. */
  readonly shards: readonly string[];
}

export interface OpenDataOptions {
  readonly fetchRemote?: FetchDataset | undefined;
  readonly limit?: number | RowRange | undefined;
  /** Folder of what shards found in files for one another. */
  readonly readings?: string | undefined;
  /** In place of the config's dataset. */
  readonly data?: IndexedData | undefined;
}

export interface OpenedData {
  readonly dataset: Dataset;
  /** The config's, with its files on this machine. */
  readonly located: DatasetConfig;
  /** Columns that prompts, algorithms or the journal name; undefined for all. */
  readonly recordColumns: readonly string[] | undefined;
}

/**
 * The dataset of a run; one that was cut is opened by what its index says, without a look at a row.
 * @throws AssayError DATASET_*, RUN_DAMAGED
 */
export async function openData(
  loaded: ValidConfig,
  asked: readonly AlgorithmInstance[],
  models: readonly ResolvedModel[],
  { fetchRemote, limit, data, readings }: OpenDataOptions,
): Promise<OpenedData> {
  const { config, baseDir } = loaded;
  const recordColumns = namedColumns(asked, models, config.keep?.columns);
  if (data !== undefined) {
    const { located, columns } = data.index;
    const { filesInShards } = await import('../datasets/file-in-shards.ts');
    const files = await filesInShards(data.index, data.shards, budgetsOf(located));
    return { dataset: datasetOfRanges(located, columns, files), located, recordColumns };
  }
  const placeOf = (key: string): SourcePlace => loaded.placeOf(['dataset', key]);
  const local = await localDataset(config.dataset, {
    baseDir,
    fetchRemote,
    partly: [limit, config.dataset.limit, config.dataset.sample].some((part) => part !== undefined),
    at: placeOf('input_data_location'),
  });
  const located = withOutputKey(local, models);
  const kept = readings === undefined ? undefined : await keptReadings(readings);
  return { dataset: await openDataset(located, { baseDir, placeOf, recordColumns, kept }), located, recordColumns };
}

/** Of shards alone: nobody else loads it. */
async function keptReadings(folder: string): Promise<KeptReadings> {
  const { KeptReadings } = await import('../datasets/kept-readings.ts');
  return new KeptReadings(folder);
}
