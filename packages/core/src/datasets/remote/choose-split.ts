import { didYouMean } from '../../config/did-you-mean.ts';
import { AssayError } from '../../errors/assay-error.ts';

/** URLs of Parquet files by config and split. */
export type ParquetListing = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/**
 * The files of one config and split. What is not named is taken only where there is no choice (or a config `default`).
 * @param words config and split; one alone may be either
 * @returns no files when nothing was converted
 * @throws DATASET_DOWNLOAD that names the configs and splits there are
 */
export function chooseSplit(listing: ParquetListing, words: readonly string[], shown: string): readonly string[] {
  const configs = Object.keys(listing ?? {});
  if (configs.length === 0) return [];
  const [first, second] = words;
  const only = configs.length === 1 ? configs[0] : configs.find((config) => config === 'default');
  const isConfig = second !== undefined || (first !== undefined && configs.includes(first));
  const config = isConfig ? first : only;
  if (config === undefined || !configs.includes(config)) throw choice('config', first, configs, shown);
  const splits = listing[config]!;
  const names = Object.keys(splits);
  const named = isConfig ? second : first;
  const split = named ?? (names.length === 1 ? names[0]! : undefined);
  if (split !== undefined && names.includes(split)) return splits[split]!;
  throw choice('split', named, names, shown);
}

function choice(what: string, given: string | undefined, names: readonly string[], shown: string): AssayError {
  const near = given === undefined ? undefined : didYouMean(given, names);
  const list = names.length > 20 ? `${names.slice(0, 20).join(', ')}, …` : names.join(', ');
  const message =
    given === undefined ? `${shown} has several ${what}s: name one` : `${shown} finds no ${what} "${given}"`;
  return new AssayError('DATASET_DOWNLOAD', message, {
    hint: `${near === undefined ? '' : `did you mean "${near}"? `}There are: ${list}. Write hf://datasets/owner/name/config/split.`,
  });
}
