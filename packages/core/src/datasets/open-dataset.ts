import { basename } from 'node:path';
import type { DatasetConfig } from '../config/schema/dataset-config.ts';
import { AssayError, isAssayError, type SourcePlace } from '../errors/assay-error.ts';
import { checkedRecord } from './checked-record.ts';
import { DATA_BUDGETS, type DataBudgets } from './data-budgets.ts';
import { dataCaptureRecord } from './data-capture.ts';
import { DataFile } from './data-file.ts';
import { Dataset, FILES_AT_A_TIME, type ReadRecord } from './dataset.ts';
import { compileFeatures, type FeatureKey, featureKeys, flatFields, missingKey } from './feature-keys.ts';
import type { ValueOptions } from './feature-values.ts';
import { HeldBytes } from './held-bytes.ts';
import type { KeptReadings } from './kept-readings.ts';
import { type LocateOptions, locateFiles } from './locate-files.ts';
import { mapSome } from './map-some.ts';
import type { RowFile } from './row-file.ts';
import { spanOfRange } from './row-selection.ts';

export interface OpenDatasetOptions extends LocateOptions, Pick<ValueOptions, 'valueStyle'> {
  /** @default files are read whole, to pin them */
  readonly kept?: KeptReadings | undefined;
  /** Columns that prompts name: with them, formats by column read no others. Without, rows keep all their columns. */
  readonly recordColumns?: readonly string[] | undefined;
  /** Where a key such as `model_input_key` stands in the config, for errors. */
  readonly placeOf?: (key: string) => SourcePlace;
  /** Told of each key that finds nothing; the dataset is opened without it. @default the first is thrown */
  readonly onMissingKey?: ((error: AssayError) => void) | undefined;
}

/** Columns are looked for in so many rows… */
const PEEKED_ROWS = 100;
/** …and a key that none of those has, in so many. */
const SEARCHED_ROWS = 10_000;

/**
 * Finds the files, looks into the first rows and checks every key before any work.
 * @throws AssayError DATASET_NOT_FOUND, DATASET_EMPTY, DATASET_KEY_MISSING, DATASET_SYNTAX (a file that cannot be read at all)
 */
export async function openDataset(config: DatasetConfig, options: OpenDatasetOptions = {}): Promise<Dataset> {
  const at = options.at ?? options.placeOf?.('input_data_location');
  const { dataset_mime_type: stated, encoding, delimiter } = config;
  const paths = await locateFiles(config.input_data_location, {
    ...options,
    format: stated,
    ...(at === undefined ? {} : { at }),
  });
  const texts = Object.entries(config).flatMap(([name, value]) =>
    name.endsWith('_key') && typeof value === 'string' ? [value] : [],
  );
  const budgets = budgetsOf(config);
  const held = new HeldBytes();
  const files = await mapSome(paths, FILES_AT_A_TIME, (path) =>
    DataFile.open(path, { format: stated, keys: texts, budgets, encoding, delimiter, held, kept: options.kept, at }),
  );

  const readRecord = recordReader(config);
  const keysAmong = (columns: readonly string[]) => featureKeys(config, new Set(columns), options.placeOf);
  const columnsOf = (keys: readonly FeatureKey[]) =>
    readRecord === undefined ? columnsToRead(keys, options.recordColumns) : undefined;
  // A schema names the columns before a row is read: then even the first rows are read without the rest.
  const inSchema = readRecord === undefined ? await statedColumns(files) : undefined;
  const inSchemaKnown = inSchema === undefined ? undefined : columnsOf(keysAmong(inSchema));
  const source: Source = { files, readRecord, columns: inSchemaKnown, budgets };
  const records: RowRecord[] = [];
  for await (const record of firstRecords(source, PEEKED_ROWS)) records.push(record);
  if (records.length === 0) throw await emptyOrUnreadable(source, at);
  const columns = inSchema ?? [...new Set(records.flatMap((record) => Object.keys(record)))];
  const keys = keysAmong(columns);
  const missing = await missingKeys(keys, records, source);
  const known = missing.size === 0 ? keys : keys.filter((key) => !missing.has(key));
  for (const [key, searched] of missing) {
    const error = nowhereFound(key, searched, columns, options.placeOf);
    if (options.onMissingKey === undefined) throw error;
    options.onMissingKey(error);
  }
  return datasetOf(config, { columns, files, keys: known, readColumns: columnsOf(known), options });
}

/**
 * The same files by other keys: nothing is opened, counted or pinned again.
 * @param options `isChecked`: the keys were found before @throws AssayError DATASET_KEY_MISSING
 */
export async function withKeys(
  dataset: Dataset,
  config: DatasetConfig,
  options: Pick<OpenDatasetOptions, 'valueStyle' | 'recordColumns' | 'placeOf'> & { readonly isChecked?: boolean },
): Promise<Dataset> {
  const { files } = dataset;
  const columns = dataset.columns();
  const readRecord = recordReader(config);
  const keys = featureKeys(config, new Set(columns), options.placeOf);
  const readColumns = readRecord === undefined ? columnsToRead(keys, options.recordColumns) : undefined;
  if (options.isChecked !== true) {
    const source: Source = { files, readRecord, columns: readColumns, budgets: budgetsOf(config) };
    const records: RowRecord[] = [];
    for await (const record of firstRecords(source, PEEKED_ROWS)) records.push(record);
    for (const [key, searched] of await missingKeys(keys, records, source))
      throw nowhereFound(key, searched, columns, options.placeOf);
  }
  return datasetOf(config, { columns, files, keys, readColumns, options });
}

/**
 * The same dataset for a thread that is given ranges of its files, or where some of its shards are: nothing is looked for,
 * opened or checked again.
 * @param columns what `columns()` of the opened one says
 */
export function datasetOfRanges(
  config: DatasetConfig,
  columns: readonly string[],
  files: readonly RowFile[] = [],
): Dataset {
  const keys = featureKeys(config, new Set(columns), undefined);
  return datasetOf(config, { columns, files, keys, readColumns: undefined, options: {} });
}

interface Found {
  readonly columns: readonly string[];
  readonly files: readonly RowFile[];
  readonly keys: readonly FeatureKey[];
  readonly readColumns: readonly string[] | undefined;
  readonly options: Pick<OpenDatasetOptions, 'valueStyle'>;
}

function datasetOf(config: DatasetConfig, { columns, files, keys, readColumns, options }: Found): Dataset {
  const valueOptions: ValueOptions = {
    ...(config.target_output_delimiter === undefined ? {} : { targetOutputDelimiter: config.target_output_delimiter }),
    ...(options.valueStyle === undefined ? {} : { valueStyle: options.valueStyle }),
  };
  return new Dataset({
    name: config.dataset_name ?? basename(files[0]?.path ?? '').replace(/(\.[a-z]+)(\.gz)?$/i, ''),
    files,
    columns,
    features: keys.map((key) => key.name),
    readRecord: recordReader(config),
    readFeatures: compileFeatures(keys, config.dialect, valueOptions),
    flatFields: flatFields(keys, config.dialect, valueOptions),
    readColumns,
    budgets: budgetsOf(config),
    defaults: {
      ...(config.limit === undefined ? {} : { limit: config.limit }),
      ...(config.sample === undefined ? {} : { sample: config.sample }),
    },
  });
}

const recordReader = ({ dialect }: DatasetConfig): ReadRecord | undefined =>
  dialect === 'sagemaker-data-capture' ? dataCaptureRecord : undefined;

/** The config's, and the defaults of those that it does not name. */
export function budgetsOf({ budgets }: DatasetConfig): DataBudgets {
  return {
    lineBytes: budgets?.line_bytes ?? DATA_BUDGETS.lineBytes,
    unpackedBytes: budgets?.unpacked_bytes ?? DATA_BUDGETS.unpackedBytes,
    unpackedRatio: budgets?.unpacked_ratio ?? DATA_BUDGETS.unpackedRatio,
    documentBytes: budgets?.document_bytes ?? DATA_BUDGETS.documentBytes,
    documentValues: budgets?.document_values ?? DATA_BUDGETS.documentValues,
    depth: budgets?.depth ?? DATA_BUDGETS.depth,
    columns: budgets?.columns ?? DATA_BUDGETS.columns,
  };
}

type RowRecord = Readonly<Record<string, unknown>>;

interface Source {
  readonly files: readonly RowFile[];
  readonly readRecord: ReadRecord | undefined;
  /** undefined for all */
  readonly columns: readonly string[] | undefined;
  readonly budgets: DataBudgets;
}

/** The columns that the schemas state of the files with the first rows; undefined where a format has none. */
async function statedColumns(files: readonly RowFile[]): Promise<readonly string[] | undefined> {
  if (!files.every(({ format }) => format === 'parquet')) return undefined;
  const columns = new Set<string>();
  let rows = 0;
  for (const file of files) {
    for (const column of (await file.columns()) ?? []) columns.add(column);
    rows += await file.countRows();
    if (rows >= PEEKED_ROWS) break;
  }
  return [...columns];
}

/** The first readable rows; those that cannot be read are passed over here and reported when the samples are read. */
async function* firstRecords(
  { files, readRecord = (record) => record, columns, budgets }: Source,
  limit: number,
): AsyncGenerator<RowRecord> {
  let left = limit;
  for (const file of files) {
    for await (const batch of file.rows({ columns, wanted: spanOfRange({ from: 0, to: left }) })) {
      for (let i = 0; i < batch.count && left > 0; i++) {
        const record = readOrNothing(() => checkedRecord(readRecord(batch.record(i)), budgets));
        if (record === undefined) continue;
        left--;
        yield record;
      }
      if (left === 0) break;
    }
    if (left === 0) return;
  }
}

function readOrNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (thrown) {
    if (isAssayError(thrown)) return undefined;
    throw thrown;
  }
}

/** Keys of the config that no row has, with how many rows were looked at. */
async function missingKeys(
  keys: readonly FeatureKey[],
  records: readonly RowRecord[],
  source: Source,
): Promise<ReadonlyMap<FeatureKey, number>> {
  const isFound = (key: FeatureKey, record: RowRecord): boolean => {
    const value = key.path.read(record);
    return value !== undefined && value !== null;
  };
  let missing = keys.filter((key) => key.isExplicit && !records.some((record) => isFound(key, record)));
  if (missing.length === 0) return new Map();
  let searched = 0;
  for await (const record of firstRecords(source, SEARCHED_ROWS)) {
    searched++;
    missing = missing.filter((key) => !isFound(key, record));
    if (missing.length === 0) break;
  }
  return new Map(missing.map((key) => [key, searched]));
}

function nowhereFound(
  { name, path }: FeatureKey,
  searched: number,
  columns: readonly string[],
  placeOf: OpenDatasetOptions['placeOf'],
): AssayError {
  const key = `${name}_key`;
  return missingKey(
    key,
    path.text,
    columns,
    placeOf?.(key),
    `none of the first ${searched.toLocaleString('en')} rows has it`,
  );
}

async function emptyOrUnreadable(
  { files, readRecord = (record) => record, budgets }: Source,
  at: SourcePlace | undefined,
): Promise<AssayError> {
  for (const file of files) {
    for await (const batch of file.rows()) {
      try {
        if (batch.count > 0) checkedRecord(readRecord(batch.record(0)), budgets);
      } catch (thrown) {
        if (!isAssayError(thrown)) throw thrown;
        return new AssayError('DATASET_SYNTAX', `no row of the dataset can be read; the first: ${thrown.message}`, {
          at: thrown.at,
          hint: thrown.hint ?? 'is dataset_mime_type (or the file’s ending) right?',
        });
      }
    }
  }
  return new AssayError(
    'DATASET_EMPTY',
    `the dataset has no rows (${files.map((file) => basename(file.path)).join(', ')})`,
    { at },
  );
}

/** undefined reads every column. */
function columnsToRead(
  keys: readonly FeatureKey[],
  recordColumns: readonly string[] | undefined,
): readonly string[] | undefined {
  const roots = keys.map((key) => key.path.root);
  if (recordColumns === undefined || roots.includes(undefined)) return undefined;
  return [...new Set([...(roots as string[]), ...recordColumns])];
}
