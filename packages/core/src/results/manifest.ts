import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { RunFolder } from '../storage/run-folder.ts';
import { checkFormat } from './check-format.ts';
import type { Manifest } from './summary.ts';

export async function readManifestIfAny(folder: RunFolder): Promise<Manifest | undefined> {
  return existsSync(folder.manifest) ? readManifest(folder) : undefined;
}

/** @throws AssayError RUN_NOT_RESUMABLE for a run of another version of assay */
export async function readManifest({ manifest: file }: RunFolder): Promise<Manifest> {
  const manifest = JSON.parse(await readFile(file, 'utf8')) as Manifest;
  checkFormat(file, manifest.format);
  return manifest;
}
