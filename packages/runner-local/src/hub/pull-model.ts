import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError, formatBytes, freeBytes, partialPath, readHubSettings } from '@assay/core';
import type { ModelConfig } from '../models/model-config.ts';
import { modelKind } from '../models/model-kind.ts';
import type { Dtype } from '../models/number-formats.ts';
import { chooseFiles } from './choose-files.ts';
import { downloadBlob } from './download-blob.ts';
import { findHubSnapshot, hubModelFolder } from './hub-cache.ts';
import { type HubFile, type HubListing, listHubFiles } from './hub-files.ts';
import { type HubId, parseHubId } from './hub-id.ts';
import type { HubRequestOptions } from './hub-request.ts';
import { linkSnapshot } from './link-snapshot.ts';
import { readPullPlan, writePullPlan } from './pull-plan.ts';

/** What a pull tells while it works. */
export interface PullHooks {
  /** Once, before the first byte of weights: what will come, and how much of it is here already. */
  onStart?(event: {
    readonly id: string;
    readonly commit: string;
    readonly dtype: Dtype;
    readonly files: readonly HubFile[];
    readonly totalBytes: number;
    readonly doneBytes: number;
  }): void;
  onProgress?(event: { readonly path: string; readonly doneBytes: number; readonly totalBytes: number }): void;
}

export interface PullModelOptions {
  /** Branch, tag or commit. @default 'main' */
  readonly revision?: string | undefined;
  /** Number format of the weights. @default the first there is: q4, q8, fp16, fp32 for text; q8, fp32, fp16, q4 for encoders */
  readonly dtype?: Dtype | undefined;
  readonly hooks?: PullHooks | undefined;
  readonly signal?: AbortSignal | undefined;
  /** First wait after a failed request, in milliseconds; it doubles each time. @default 500 */
  readonly retryDelayMs?: number | undefined;
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

export interface PulledModel {
  readonly id: string;
  readonly commit: string;
  readonly folder: string;
  /** Null when the files were here and nothing was asked of the hub. */
  readonly dtype: Dtype | null;
  readonly totalBytes: number;
}

/**
 * Brings a model from the Hugging Face hub into its cache, or what is missing of it. Every file's digest is checked;
 * an interrupted pull goes on where it stopped, and a snapshot appears only when all its files are there.
 * @param name `org/name` or `org/name@revision`
 * @throws MODEL_NOT_FOUND, MODEL_FILES_MISSING, MODEL_DOWNLOAD, MODEL_CHECKSUM, and the signal's reason
 */
export async function pullModel(name: string, options: PullModelOptions = {}): Promise<PulledModel> {
  const wanted = parseHubId(name, options.revision);
  if (wanted === undefined) {
    throw new AssayError('MODEL_NOT_FOUND', `"${name}" is not an id on the hub`, { hint: 'Write it as org/name.' });
  }
  const settings = readHubSettings(options.env);
  if (settings.isOffline) return pulledBefore(wanted, options.env);
  const { signal, retryDelayMs } = options;
  const request: HubRequestOptions = { settings, signal, retryDelayMs };
  const listing = await listHubFiles(wanted, request);
  const root = hubModelFolder(wanted.id, options.env);
  const config = await fetchConfig(listing, root, request);
  const chosen = chooseFiles(wanted.id, listing.files, modelKind(config), options.dtype);
  await writePullPlan(wanted, { commit: listing.commit, files: chosen.files }, options.env);
  const totalBytes = chosen.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let doneBytes = chosen.files.reduce((sum, file) => sum + bytesHere(root, file), 0);
  options.hooks?.onStart?.({ id: wanted.id, commit: listing.commit, ...chosen, totalBytes, doneBytes });
  await requireRoom(root, totalBytes - doneBytes);
  for (const file of chosen.files) {
    const others = doneBytes - bytesHere(root, file);
    const report = (ofFile: number): void =>
      options.hooks?.onProgress?.({ path: file.path, doneBytes: others + ofFile, totalBytes });
    await downloadBlob(listing, file, join(root, 'blobs', file.digest), { ...request, onBytes: report });
    doneBytes = others + file.sizeBytes;
    report(file.sizeBytes);
  }
  const folder = await linkSnapshot(root, listing.commit, wanted.revision, chosen.files);
  return { id: wanted.id, commit: listing.commit, folder, dtype: chosen.dtype, totalBytes };
}

/** The config comes first: it tells what kind of model this is, and so which weights to take. */
async function fetchConfig(listing: HubListing, root: string, request: HubRequestOptions): Promise<ModelConfig> {
  const file = listing.files.find(({ path }) => path === 'config.json');
  if (file === undefined) {
    throw new AssayError('MODEL_FILES_MISSING', `${listing.id} has no config.json on the hub`, {
      hint: 'Is it a transformers model? Adapters and GGUF repositories are not.',
    });
  }
  const blob = join(root, 'blobs', file.digest);
  await downloadBlob(listing, file, blob, request);
  try {
    return JSON.parse(readFileSync(blob, 'utf8')) as ModelConfig;
  } catch (cause) {
    throw new AssayError('MODEL_LOAD', `config.json of ${listing.id} is not valid JSON`, { cause });
  }
}

function bytesHere(root: string, file: HubFile): number {
  const blob = join(root, 'blobs', file.digest);
  if (existsSync(blob)) return file.sizeBytes;
  const partial = partialPath(blob);
  return existsSync(partial) ? Math.min(statSync(partial).size, file.sizeBytes) : 0;
}

async function requireRoom(root: string, neededBytes: number): Promise<void> {
  const free = await freeBytes(root);
  if (free === undefined || free >= neededBytes) return;
  const message = `${formatBytes(neededBytes)} are needed at ${root}, ${formatBytes(free)} are free`;
  throw new AssayError('MODEL_DOWNLOAD', message, { hint: 'Make room, or set HF_HOME to a folder on another disk.' });
}

/** Offline: what an earlier pull brought, or exactly what it did not. */
function pulledBefore(wanted: HubId, env: NodeJS.ProcessEnv | undefined): PulledModel {
  const plan = readPullPlan(wanted, env);
  const snapshot = findHubSnapshot(plan === undefined ? wanted : { ...wanted, revision: plan.commit }, env);
  const files = plan?.files ?? [];
  const missing = files.filter(({ path }) => snapshot === undefined || !existsSync(join(snapshot.folder, path)));
  if (snapshot !== undefined && missing.length === 0) {
    const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    return { ...snapshot, dtype: null, totalBytes };
  }
  const root = hubModelFolder(wanted.id, env);
  const absent = missing.filter((file) => bytesHere(root, file) < file.sizeBytes);
  const list = absent.map((file) => `${file.path} (${formatBytes(file.sizeBytes - bytesHere(root, file))})`);
  const what = list.length === 0 ? `${wanted.id}@${wanted.revision}` : `${wanted.id}: ${list.join(', ')}`;
  throw new AssayError('MODEL_DOWNLOAD', `HF_HUB_OFFLINE is set, and ${root} lacks ${what}`, {
    hint: `With a network: HF_HUB_OFFLINE=0 assay models pull ${wanted.id}; or copy that folder from another machine.`,
  });
}
