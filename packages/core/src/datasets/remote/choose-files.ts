import { AssayError } from '../../errors/assay-error.ts';
import { formatOfFile } from '../file-format.ts';
import type { HubDatasetUri } from './hub-dataset-uri.ts';

/** Formats in the order they are preferred; `json` last, as a repository's own settings end so too. */
const FORMATS = ['parquet', 'jsonlines', 'csv', 'json'] as const;
const SPLIT = /(?:^|[/_.-])(train|training|test|testing|validation|valid|val|dev)(?=[/_.-])/i;

/**
 * The data files of a repository that a URI means: the file it names, else those of one format whose path has the
 * given words (config, split) in it.
 * @throws DATASET_DOWNLOAD that names the files there are
 */
export function chooseFiles<F extends { readonly path: string }>(
  files: readonly F[],
  { words, path }: Pick<HubDatasetUri, 'words' | 'path'>,
  shown: string,
): readonly F[] {
  if (path !== undefined) {
    const file = files.find((candidate) => candidate.path === path);
    if (file !== undefined) return [file];
    throw noFile(`${shown}: the repository has no such file`, files);
  }
  const fitting = files.filter(
    (file) => file.path !== 'dataset_infos.json' && words.every((word) => hasWord(file.path, word)),
  );
  const format = FORMATS.find((candidate) => fitting.some((file) => formatOfFile(file.path) === candidate));
  if (format === undefined) throw noFile(`${shown} leads to no data file`, files);
  const chosen = fitting.filter((file) => formatOfFile(file.path) === format);
  const splits = new Set(chosen.map((file) => SPLIT.exec(file.path)?.[1]?.toLowerCase()));
  if (splits.size > 1) throw noFile(`${shown} has several splits: name one`, files);
  return chosen.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** As a folder, or as a part of a name: `main/test.jsonl`, `data/test-00000-of-00001.parquet`. */
function hasWord(path: string, word: string): boolean {
  return path
    .split('/')
    .some(
      (part) =>
        part === word ||
        part.split(/[._-]/).includes(word) ||
        part.startsWith(`${word}.`) ||
        part.startsWith(`${word}-`),
    );
}

function noFile(message: string, files: readonly { readonly path: string }[]): AssayError {
  const data = files.map(({ path }) => path).filter((path) => formatOfFile(path) !== undefined);
  const list = data.length > 15 ? `${data.slice(0, 15).join(', ')}, …` : data.join(', ');
  return new AssayError('DATASET_DOWNLOAD', message, {
    hint: data.length === 0 ? 'The repository has no JSON Lines, JSON, CSV or Parquet files.' : `It has: ${list}.`,
  });
}
