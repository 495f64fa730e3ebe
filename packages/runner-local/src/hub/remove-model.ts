import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { lstat, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AssayError } from '@assay/core';
import { findEmbeddedModel } from '../models/embedded-models.ts';
import { modelNotFound } from '../models/model-errors.ts';
import { hubModelFolder, listHubIds } from './hub-cache.ts';
import { parseHubId } from './hub-id.ts';

/**
 * Removes a model, with all its revisions, from the hub's cache. Embedded models and folders are never touched.
 * @returns bytes freed
 * @throws MODEL_NOT_FOUND when the cache has no such model, USAGE for an embedded model
 */
export async function removeModel(
  name: string,
  options: { readonly env?: NodeJS.ProcessEnv | undefined } = {},
): Promise<{ readonly id: string; readonly freedBytes: number }> {
  const id = parseHubId(name)?.id;
  const folder = id === undefined ? undefined : hubModelFolder(id, options.env);
  if (id === undefined || folder === undefined || !existsSync(folder)) {
    if (findEmbeddedModel(name, options.env) === undefined) throw modelNotFound(name, listHubIds(options.env));
    throw new AssayError('USAGE', `${name} is part of assay and cannot be removed`, {
      hint: 'Only models that were pulled from the hub can be removed.',
    });
  }
  const freedBytes = await sizeOf(folder);
  // Renamed first: an interrupted removal leaves no model that looks whole.
  const doomed = join(dirname(folder), `.removed-${randomBytes(6).toString('hex')}`);
  await rename(folder, doomed);
  await rm(doomed, { recursive: true, force: true });
  return { id, freedBytes };
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async (entry) => (await lstat(join(entry.parentPath, entry.name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
