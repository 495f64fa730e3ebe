import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { didYouMean } from '../config/did-you-mean.ts';
import type { DatasetFormat } from '../config/schema/dataset-config.ts';
import { AssayError, type SourcePlace } from '../errors/assay-error.ts';
import { assayCacheFolder } from '../storage/cache-folder.ts';
import { DATA_ENDINGS, formatOfFile, isGzipped } from './file-format.ts';
import { STANDARD_INPUT, standardInputFile } from './standard-input.ts';

export interface LocateOptions {
  /** Folder of the config file: relative paths start here, then in the working folder. */
  readonly baseDir?: string;
  /** Folders with sets that answer to their bare name. @default the `datasets` folder of this installation */
  readonly builtInFolders?: readonly string[];
  /** Fetches `https://`, `s3://` or `hf://` data and gives the local files. Without it a URI is an error. */
  readonly fetchRemote?: (uri: string) => Promise<readonly string[]>;
  /** What standard input holds, for the location `-`. @default the file's first characters tell */
  readonly format?: DatasetFormat | undefined;
  /** Where the config names the data, for errors. */
  readonly at?: SourcePlace;
}

/** Whether a location is a URI to download rather than a path, a glob or a name. */
export function isRemote(location: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(location) && !location.startsWith('file://');
}

/** Whether a file's ending says that it holds JSON lines as they are. */
export const isPlainLines = (path: string): boolean => formatOfFile(path) === 'jsonlines' && !isGzipped(path);

/** The sets that come with assay: in the folder of an installed package, or at the repository's root. */
export const BUILT_IN_DATASETS: string = builtInDatasets();

function builtInDatasets(): string {
  const installed = fileURLToPath(new URL('../../datasets', import.meta.url));
  return existsSync(installed) ? installed : fileURLToPath(new URL('../../../../datasets', import.meta.url));
}

/** Absolute paths of the dataset's files, in order. @throws AssayError DATASET_NOT_FOUND or DATASET_DOWNLOAD */
export async function locateFiles(
  location: string | readonly string[],
  options: LocateOptions = {},
): Promise<string[]> {
  const files: string[] = [];
  for (const one of typeof location === 'string' ? [location] : location)
    files.push(...(await locateOne(one, options)));
  return files;
}

/** `path` in the config's folder if it is there, else in the working folder if it is there, else in the config's folder. */
export function resolveConfigPath(path: string, baseDir: string = process.cwd()): string {
  const candidates = [resolve(baseDir, path), resolve(path)];
  return candidates.find((candidate) => existsSync(candidate)) ?? candidates[0]!;
}

async function locateOne(location: string, options: LocateOptions): Promise<readonly string[]> {
  if (location === STANDARD_INPUT) {
    const folder = join(assayCacheFolder(), 'stdin');
    return [await standardInputFile({ folder, format: options.format, at: options.at })];
  }
  if (location.startsWith('file://')) return locateOne(fileURLToPath(location), options);
  if (isRemote(location)) {
    if (options.fetchRemote !== undefined) return options.fetchRemote(location);
    throw new AssayError('DATASET_DOWNLOAD', `nothing here can fetch ${location}`, {
      at: options.at,
      hint: 'download it first (`assay datasets pull`) and name the file',
    });
  }
  const baseDir = options.baseDir ?? process.cwd();
  const path = resolveConfigPath(location, baseDir);
  if (existsSync(path)) return statSync(path).isDirectory() ? filesInFolder(path, options) : [path];
  const { default: glob } = await import('fast-glob');
  const pattern = globPattern(location);
  if (glob.isDynamicPattern(pattern)) {
    for (const cwd of new Set([baseDir, process.cwd()])) {
      const found = await glob(pattern, { cwd, absolute: true, onlyFiles: true });
      if (found.length > 0) return found.sort();
    }
  } else {
    const builtIn = builtInFile(location, options.builtInFolders ?? [BUILT_IN_DATASETS]);
    if (builtIn !== undefined) return [builtIn];
  }
  throw await notFound(location, path, options);
}

/** A path with wildcards as fast-glob takes it: with `/` between names, whatever this system writes there. */
export function globPattern(location: string, separator: string = sep): string {
  return separator === '/' ? location : location.replaceAll(separator, '/');
}

async function filesInFolder(folder: string, options: LocateOptions): Promise<string[]> {
  const { default: glob } = await import('fast-glob');
  const found = await glob(`**/*.{${DATA_ENDINGS.join(',')}}{,.gz}`, { cwd: folder, absolute: true, onlyFiles: true });
  if (found.length > 0) return found.sort();
  throw new AssayError('DATASET_NOT_FOUND', `the folder ${folder} holds no data file`, {
    at: options.at,
    hint: `a data file ends in ${DATA_ENDINGS.map((ending) => `.${ending}`).join(', ')}, .gz added or not`,
  });
}

function builtInFile(name: string, folders: readonly string[]): string | undefined {
  if (basename(name) !== name) return undefined;
  const candidates = folders.flatMap((folder) =>
    [name, ...DATA_ENDINGS.map((ending) => `${name}.${ending}`)].map((file) => join(folder, file)),
  );
  return candidates.find((candidate) => existsSync(candidate));
}

async function notFound(location: string, path: string, options: LocateOptions): Promise<AssayError> {
  const folder = dirname(path);
  const inFolder = await dataFiles(folder);
  const builtIn = (await Promise.all((options.builtInFolders ?? [BUILT_IN_DATASETS]).map(dataFiles))).flat();
  const names = builtIn.map((file) => file.replace(/\.[a-z]+$/, ''));
  const near = didYouMean(basename(location), [...inFolder, ...names]);
  const hint =
    near !== undefined
      ? `did you mean "${inFolder.includes(near) ? join(dirname(location), near) : near}"?`
      : inFolder.length > 0
        ? `data files in that folder: ${inFolder.slice(0, 8).join(', ')}`
        : `looked in ${relative(process.cwd(), folder) || '.'}${names.length > 0 ? `; built-in sets: ${names.join(', ')}` : ''}`;
  return new AssayError('DATASET_NOT_FOUND', `there is no dataset "${location}"`, { at: options.at, hint });
}

async function dataFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => DATA_ENDINGS.some((ending) => name.endsWith(`.${ending}`) || name.endsWith(`.${ending}.gz`)))
    .sort();
}
