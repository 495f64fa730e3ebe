import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AssayError } from '@assay/core';
import { isWhole, PREPACKED_GRAPH, type PrepackedKey, prepackedFolder, writeRecord } from './prepacked-folder.ts';

export interface PrepackedGraphOptions {
  readonly key: PrepackedKey;
  /** The program that makes it: GRAPH OUT. */
  readonly entry: URL;
  /** Stops the making of it. */
  readonly signal?: AbortSignal | undefined;
  /** Told when it has to be made first. */
  readonly onMake?: (() => void) | undefined;
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/**
 * The graph with its weights unpacked to fp32 and packed for this CPU; made on first use (about ten seconds and several
 * gigabytes of memory for a 135M model, in a process of its own), then shared by every session that maps it. One whose
 * bytes are no longer those that were saved is made again.
 * @returns path of the saved graph
 * @throws AssayError MODEL_LOAD when the runtime cannot make it, RUN_DISK_FULL when it does not fit on the disk; the
 *   signal's reason when it aborts
 */
export async function prepackedGraph(graph: string, options: PrepackedGraphOptions): Promise<string> {
  const { key, entry, signal, env } = options;
  const folder = prepackedFolder(key, env);
  const done = join(folder, PREPACKED_GRAPH);
  if (existsSync(folder)) {
    if (await isWhole(folder, env)) return done;
    await setAside(folder);
  }
  options.onMake?.();
  await mkdir(dirname(folder), { recursive: true });
  const draft = await mkdtemp(`${folder}.`);
  try {
    await promisify(execFile)(process.execPath, [fileURLToPath(entry), graph, join(draft, PREPACKED_GRAPH)], {
      signal,
    });
    await writeRecord(draft, key);
    // Whoever comes second finds the folder there and uses it.
    await rename(draft, folder).catch((error: NodeJS.ErrnoException) => {
      if (!existsSync(done)) throw error;
    });
    return done;
  } catch (cause) {
    signal?.throwIfAborted();
    const reason = cause instanceof Error ? (cause as { stderr?: string }).stderr || cause.message : String(cause);
    const full = /No space left|ENOSPC/.test(reason);
    throw new AssayError(full ? 'RUN_DISK_FULL' : 'MODEL_LOAD', `the unpacked weights cannot be saved: ${reason}`, {
      at: { file: graph },
      hint: full ? `free some gigabytes below ${dirname(folder)}` : 'run without unpack, or fetch the model again',
      cause,
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Moved away before it is removed, so that nobody takes half of it for the whole, and nothing newer is removed instead. */
async function setAside(folder: string): Promise<void> {
  const aside = `${folder}.${randomBytes(3).toString('hex')}.damaged`;
  await rename(folder, aside).catch(() => undefined);
  await rm(aside, { recursive: true, force: true });
}
