import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AssayError,
  BUILT_IN_DATASETS,
  CATALOGUE,
  type CatalogueEntry,
  datasetFetcher,
  describeRemote,
  didYouMean,
  fetchRemote,
  findInCatalogue,
  formatBytes,
  isAssayError,
  isRemote,
  storeOpener,
} from 'assay/internal';
import { onInterrupt } from '../on-interrupt.ts';
import { beside, wrapped } from '../print/fit-text.ts';
import { ProgressLine } from '../print/progress-line.ts';
import { printable, terminalOf } from '../print/terminal.ts';

const ORIGINS = { assay: 'comes with assay', fmeval: 'FMEval, downloaded when first used' } as const;

/** Name, origin, rows and whether it is here. */
const DESCRIBED_WIDTH = 69;

export async function listDatasets(): Promise<number> {
  const { columns } = terminalOf(process.stdout, process.env, undefined);
  for (const entry of CATALOGUE) {
    const rows = entry.rows.toLocaleString('en');
    const state = (await filesHere(entry)) === undefined ? 'not here yet' : 'here';
    const facts = `${entry.name.padEnd(36)}${entry.origin.padEnd(8)}${rows.padStart(8)}   ${state}`;
    const isWide = columns >= DESCRIBED_WIDTH + entry.description.length;
    const rest = isWide ? [] : wrapped(entry.description, columns, '    ');
    const line = isWide ? `${facts.padEnd(DESCRIBED_WIDTH)}${entry.description}` : facts;
    process.stdout.write(`${[line, ...rest].join('\n')}\n`);
  }
  return 0;
}

export interface ShowFlags {
  readonly region?: string;
  readonly profile?: string;
}

export async function showDataset(name: string, flags: ShowFlags): Promise<number> {
  if (isRemote(name)) return showRemote(name, flags);
  const entry = known(name);
  const files = await filesHere(entry);
  const lines: (readonly [string, string])[] = [
    ['name', entry.name],
    ['what', entry.description],
    ['origin', ORIGINS[entry.origin]],
    ['rows', entry.rows.toLocaleString('en')],
    ['licence', entry.licence],
    ['location', entry.location],
    ...Object.entries(entry.keys),
    ...(files ?? []).map((file) => ['file', printable(file)] as const),
  ];
  printLines(lines);
  if (files === undefined) process.stdout.write(`\nNot here yet: assay datasets pull ${entry.name}\n`);
  const card = join(BUILT_IN_DATASETS, `${entry.name}.md`);
  if (entry.origin === 'assay' && existsSync(card)) process.stdout.write(`\n${await readFile(card, 'utf8')}`);
  return 0;
}

/** So many files or splits are shown; the rest is counted. */
const SHOWN = 100;

/** What a source says of itself, before anything is downloaded. */
async function showRemote(uri: string, flags: ShowFlags): Promise<number> {
  const { shown, licence, commit, splits, files } = await described(uri, flags);
  const size = (bytes: number | null): string => (bytes === null ? 'size not stated' : formatBytes(bytes));
  const entries = [
    ...splits.map((each) => [`${each.config}/${each.split}`, size(each.sizeBytes), counted(each.files)] as const),
    ...files.map(({ path, sizeBytes }) => [path, size(sizeBytes), ''] as const),
  ];
  printLines([
    ['location', printable(shown)],
    ['licence', printable(licence ?? 'not stated; check at its origin')],
    ...(commit === null ? [] : [['commit', commit] as const]),
    ...((await filesOf(uri)) ?? []).map((file) => ['here', printable(file)] as const),
  ]);
  const width = Math.min(60, Math.max(0, ...entries.map(([name]) => name.length)));
  if (entries.length > 0) process.stdout.write(`\n${splits.length > 0 ? 'config/split' : counted(files.length)}\n`);
  for (const [name, bytes, count] of entries.slice(0, SHOWN))
    process.stdout.write(
      `  ${printable(name).padEnd(width)}  ${bytes.padStart(8)}${count === '' ? '' : `  ${count}`}\n`,
    );
  if (entries.length > SHOWN) process.stdout.write(`  … and ${(entries.length - SHOWN).toLocaleString('en')} more\n`);
  return 0;
}

const counted = (files: number): string => (files === 1 ? '1 file' : `${files.toLocaleString('en')} files`);

async function described(uri: string, flags: ShowFlags) {
  const { signal, dispose } = onInterrupt((text) => process.stderr.write(`\n${text}\n`));
  try {
    const { uri: shown, ...rest } = await describeRemote(uri, { signal, openStore: storeOpener(flags) });
    return { shown, ...rest };
  } finally {
    dispose();
  }
}

function printLines(lines: readonly (readonly [string, string])[]): void {
  const { columns } = terminalOf(process.stdout, process.env, undefined);
  for (const [key, value] of lines) process.stdout.write(`${beside(key.padEnd(22), value, columns)}\n`);
}

export interface PullFlags extends ShowFlags {
  readonly display?: string;
}

/** Downloads what is not here or has changed; prints the files on stdout. */
export async function pullDataset(name: string, flags: PullFlags): Promise<number> {
  const entry = isRemote(name) ? undefined : known(name);
  const { signal, dispose } = onInterrupt((text) => process.stderr.write(`\n${text}\n`));
  try {
    const notices = ProgressLine.onStderr(flags.display);
    const fetchDataset = datasetFetcher({ ...flags, notices, refresh: true, signal });
    const files = entry?.origin === 'assay' ? await filesHere(entry) : await fetchDataset(entry?.location ?? name);
    for (const file of files ?? []) process.stdout.write(`${printable(file)}\n`);
    return 0;
  } finally {
    dispose();
  }
}

function known(name: string): CatalogueEntry {
  const entry = findInCatalogue(name);
  if (entry !== undefined) return entry;
  const near = didYouMean(
    name,
    CATALOGUE.map((candidate) => candidate.name),
  );
  const message = `there is no dataset "${printable(name)}"${near === undefined ? '' : `; did you mean "${near}"?`}`;
  throw new AssayError('DATASET_NOT_FOUND', message, {
    hint: '`assay datasets list` shows the names; show and pull also take https://…, s3://bucket/key and hf://datasets/owner/name.',
  });
}

/** Undefined when the set would have to be downloaded. */
async function filesHere({ name, origin, location }: CatalogueEntry): Promise<readonly string[] | undefined> {
  return origin === 'assay' ? [join(BUILT_IN_DATASETS, `${name}.jsonl`)] : filesOf(location);
}

async function filesOf(uri: string): Promise<readonly string[] | undefined> {
  try {
    return await fetchRemote(uri, { offline: true });
  } catch (thrown) {
    if (isAssayError(thrown)) return undefined;
    throw thrown;
  }
}
