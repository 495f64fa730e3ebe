import { existsSync, readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CONVERTED_SUMS, convertedRoot } from '../models/converted-folder.ts';
import { listModelFiles } from '../models/model-files.ts';
import { prepackedRoot, RECORD, readRecord } from './prepacked-folder.ts';

/** Weights that are kept for later runs: unpacked, or converted from GGUF or safetensors. */
export interface PrepackedModel {
  /** Null for what a stopped process left behind. */
  readonly model: string | null;
  readonly folder: string;
  readonly bytes: number;
  /** When a run last asked for it, in milliseconds since the epoch. */
  readonly usedAt: number;
}

/** What is kept of `unpack: true`, and of models that were converted on the way, the last used first. */
export function listPrepacked(env?: NodeJS.ProcessEnv): PrepackedModel[] {
  const unpacked = foldersIn(prepackedRoot(env)).map((folder) =>
    keptIn(folder, readRecord(folder)?.model ?? null, RECORD),
  );
  const converted = foldersIn(convertedRoot(env)).map((folder) => {
    const isWhole = existsSync(join(folder, CONVERTED_SUMS));
    return keptIn(folder, isWhole ? basename(folder).replace(/-[0-9a-f]{24}$/, '') : null, CONVERTED_SUMS);
  });
  return [...unpacked, ...converted].sort((a, b) => b.usedAt - a.usedAt);
}

function foldersIn(root: string): string[] {
  if (!existsSync(root)) return [];
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => join(root, name));
}

/** @param record whose time says when the folder was last used */
function keptIn(folder: string, model: string | null, record: string): PrepackedModel {
  const bytes = listModelFiles(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  const usedAt = statSync(model === null ? folder : join(folder, record)).mtimeMs;
  return { model, folder, bytes, usedAt };
}

/** A folder without a record may still be in the making for so long. */
const MAKING_MS = 3_600_000;

/**
 * Removes what was last used before a time, then the longest unused until the rest fits. A run that has one mapped goes on.
 * @returns what is gone
 */
export async function prunePrepacked(
  limits: { readonly before?: number | undefined; readonly maxBytes?: number | undefined },
  env?: NodeJS.ProcessEnv,
): Promise<PrepackedModel[]> {
  const { before = Number.NEGATIVE_INFINITY, maxBytes = Number.POSITIVE_INFINITY } = limits;
  let kept = 0;
  const gone = listPrepacked(env).filter(({ model, usedAt, bytes }) => {
    if (model === null && Date.now() - usedAt < MAKING_MS) return false;
    if (usedAt < before) return true;
    kept += bytes;
    return kept > maxBytes;
  });
  for (const { folder } of gone) await rm(folder, { recursive: true, force: true });
  return gone;
}
