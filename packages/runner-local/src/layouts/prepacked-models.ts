import { existsSync, readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { prepackedRoot, RECORD, readRecord } from './prepacked-folder.ts';

/** Unpacked weights that are kept for later runs. */
export interface PrepackedModel {
  /** Null for what a stopped process left behind. */
  readonly model: string | null;
  readonly folder: string;
  readonly bytes: number;
  /** When a run last asked for it, in milliseconds since the epoch. */
  readonly usedAt: number;
}

/** What is kept of `unpack: true`, the last used first. */
export function listPrepacked(env?: NodeJS.ProcessEnv): PrepackedModel[] {
  const root = prepackedRoot(env);
  if (!existsSync(root)) return [];
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const found = folders.map(({ name }) => {
    const folder = join(root, name);
    const record = readRecord(folder);
    const bytes = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
    const usedAt = statSync(record === undefined ? folder : join(folder, RECORD)).mtimeMs;
    return { model: record?.model ?? null, folder, bytes, usedAt };
  });
  return found.sort((a, b) => b.usedAt - a.usedAt);
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
