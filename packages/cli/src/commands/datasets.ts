import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AssayError,
  BUILT_IN_DATASETS,
  CATALOGUE,
  type CatalogueEntry,
  didYouMean,
  fetchRemote,
  findInCatalogue,
  isAssayError,
  isRemote,
} from '@assay/core';
import { datasetFetcher } from '../fetch-dataset.ts';
import { onInterrupt } from '../on-interrupt.ts';
import { printable } from '../print/terminal.ts';

const ORIGINS = { assay: 'comes with assay', fmeval: 'FMEval, downloaded when first used' } as const;

export async function listDatasets(): Promise<number> {
  for (const entry of CATALOGUE) {
    const rows = entry.rows.toLocaleString('en');
    const state = (await filesHere(entry)) === undefined ? 'not here yet' : 'here';
    process.stdout.write(
      `${entry.name.padEnd(36)}${entry.origin.padEnd(8)}${rows.padStart(8)}   ${state.padEnd(14)}${entry.description}\n`,
    );
  }
  return 0;
}

export async function showDataset(name: string): Promise<number> {
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
  for (const [key, value] of lines) process.stdout.write(`${key.padEnd(22)}${value}\n`);
  if (files === undefined) process.stdout.write(`\nNot here yet: assay datasets pull ${entry.name}\n`);
  const card = join(BUILT_IN_DATASETS, `${entry.name}.md`);
  if (entry.origin === 'assay' && existsSync(card)) process.stdout.write(`\n${await readFile(card, 'utf8')}`);
  return 0;
}

export interface PullFlags {
  readonly display?: string;
  readonly region?: string;
  readonly profile?: string;
}

/** Downloads what is not here or has changed; prints the files on stdout. */
export async function pullDataset(name: string, flags: PullFlags): Promise<number> {
  const entry = isRemote(name) ? undefined : known(name);
  const { signal, dispose } = onInterrupt((text) => process.stderr.write(`\n${text}\n`));
  try {
    const fetchDataset = datasetFetcher({ ...flags, refresh: true, signal });
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
    hint: '`assay datasets list` shows the names; pull also takes https://…, s3://bucket/key and hf://datasets/owner/name.',
  });
}

/** Undefined when the set would have to be downloaded. */
async function filesHere({ name, origin, location }: CatalogueEntry): Promise<readonly string[] | undefined> {
  if (origin === 'assay') return [join(BUILT_IN_DATASETS, `${name}.jsonl`)];
  try {
    return await fetchRemote(location, { offline: true });
  } catch (thrown) {
    if (isAssayError(thrown)) return undefined;
    throw thrown;
  }
}
