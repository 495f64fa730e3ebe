import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError, formatBytes, freeBytes, readHubSettings } from '@assay/core';
import { downloadBlob } from './download-blob.ts';
import { findHubSnapshot, hubModelFolder } from './hub-cache.ts';
import { type HubFile, listHubFiles } from './hub-files.ts';
import type { HubId } from './hub-id.ts';
import type { HubRequestOptions } from './hub-request.ts';
import { linkSnapshot } from './link-snapshot.ts';

export interface PullFilesOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((doneBytes: number, totalBytes: number) => void) | undefined;
  /** First wait after a failed request, in milliseconds; it doubles each time. @default 500 */
  readonly retryDelayMs?: number | undefined;
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/**
 * Brings single files of a model from the hub into its cache: of a GGUF model in shards all of them.
 * @param files within the model, with forward slashes
 * @returns the snapshot's folder
 * @throws MODEL_NOT_FOUND, MODEL_FILES_MISSING for a file that is not there, MODEL_DOWNLOAD, MODEL_CHECKSUM
 */
export async function pullFiles(
  wanted: HubId,
  files: readonly string[],
  options: PullFilesOptions = {},
): Promise<string> {
  const { env, signal, retryDelayMs } = options;
  const here = findHubSnapshot(wanted, env);
  if (here !== undefined && files.every((file) => existsSync(join(here.folder, ...file.split('/')))))
    return here.folder;
  const settings = readHubSettings(env);
  if (settings.isOffline) {
    throw new AssayError(
      'MODEL_DOWNLOAD',
      `HF_HUB_OFFLINE is set, and ${files[0]} of ${wanted.id} is not in the cache`,
    );
  }
  const request: HubRequestOptions = { settings, signal, retryDelayMs };
  const { id, commit, files: listed } = await listHubFiles(wanted, request);
  const chosen = files.map((path) => listed.find((file) => file.path === path) ?? notThere(id, path, listed));
  const totalBytes = chosen.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const root = hubModelFolder(id, env);
  const free = await freeBytes(root);
  if (free !== undefined && free < totalBytes) {
    const message = `${formatBytes(totalBytes)} are needed at ${root}, ${formatBytes(free)} are free`;
    throw new AssayError('MODEL_DOWNLOAD', message, { hint: 'Make room, or set HF_HOME to a folder on another disk.' });
  }
  let before = 0;
  for (const file of chosen) {
    const onBytes = (done: number): void => options.onProgress?.(before + done, totalBytes);
    await downloadBlob({ id, commit, files: listed }, file, join(root, 'blobs', file.digest), { ...request, onBytes });
    before += file.sizeBytes;
  }
  return linkSnapshot(root, commit, wanted.revision, chosen);
}

function notThere(id: string, path: string, listed: readonly HubFile[]): never {
  const others = listed.map((file) => file.path).filter((each) => each.endsWith('.gguf'));
  throw new AssayError('MODEL_FILES_MISSING', `${id} has no file ${path} on the hub`, {
    ...(others.length === 0 ? {} : { hint: `It has ${others.slice(0, 12).join(', ')}.` }),
  });
}
