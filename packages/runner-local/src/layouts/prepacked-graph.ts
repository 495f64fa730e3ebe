import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AssayError, type ErrorData } from '@assay/core';
import { isWhole, PREPACKED_GRAPH, type PrepackedKey, prepackedFolder, writeRecord } from './prepacked-folder.ts';

export interface PrepackedGraphOptions {
  readonly key: PrepackedKey;
  /** The program that makes it: GRAPH OUT, and what else it is given. */
  readonly entry: URL;
  readonly more?: readonly string[] | undefined;
  /** Stops the making of it. */
  readonly signal?: AbortSignal | undefined;
  /** Told when it has to be made first. */
  readonly onMake?: (() => void) | undefined;
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/**
 * The graph in another form, for this CPU: its weights unpacked to fp32, or in whole numbers. Made on first use (unpacking
 * takes about ten seconds and several gigabytes of memory for a 135M model, in a process of its own), then shared by every
 * session that maps it. One whose bytes are no longer those that were saved is made again.
 * @returns path of the saved graph
 * @throws AssayError MODEL_LOAD when the runtime cannot make it, MODEL_MEMORY when that takes too much, what the program itself
 *   refuses, RUN_DISK_FULL when it does not fit on the disk; the signal's reason when it aborts
 */
export async function prepackedGraph(graph: string, options: PrepackedGraphOptions): Promise<string> {
  const { key, entry, signal, env, more = [] } = options;
  const folder = prepackedFolder(key, env);
  const done = join(folder, PREPACKED_GRAPH);
  if (existsSync(folder)) {
    if (await isWhole(folder, key, env)) return done;
    await setAside(folder);
  }
  options.onMake?.();
  await mkdir(dirname(folder), { recursive: true });
  const draft = await mkdtemp(`${folder}.`);
  try {
    const values = [fileURLToPath(entry), graph, join(draft, PREPACKED_GRAPH), ...more];
    await promisify(execFile)(process.execPath, values, { signal });
    await writeRecord(draft, key);
    // Whoever comes second finds the folder there and uses it.
    await rename(draft, folder).catch((error: NodeJS.ErrnoException) => {
      if (!existsSync(done)) throw error;
    });
    return done;
  } catch (cause) {
    signal?.throwIfAborted();
    throw failure(graph, folder, key.form, cause);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

function failure(graph: string, folder: string, form: string | undefined, cause: unknown): AssayError {
  const reason = cause instanceof Error ? (cause as { stderr?: string }).stderr || cause.message : String(cause);
  const refused = refusal(reason);
  if (refused !== undefined) return refused;
  const full = /No space left|ENOSPC/.test(reason);
  const what = form === undefined ? 'the unpacked weights' : `the weights for precision ${form}`;
  const without = form === undefined ? 'unpack' : 'precision';
  if (ranOutOfMemory(reason, cause)) {
    return new AssayError('MODEL_MEMORY', `not enough memory to make ${what} of ${basename(graph)}`, {
      at: { file: graph },
      hint: `leave out ${without}, or free memory first`,
      cause,
    });
  }
  return new AssayError(full ? 'RUN_DISK_FULL' : 'MODEL_LOAD', `${what} cannot be saved: ${reason}`, {
    at: { file: graph },
    hint: full ? `free some gigabytes below ${dirname(folder)}` : `run without ${without}, or fetch the model again`,
    cause,
  });
}

/** The system ends the program that takes too much; Node and the runtime say it themselves. */
function ranOutOfMemory(reason: string, cause: unknown): boolean {
  const ended = (cause as { signal?: unknown } | null)?.signal;
  return ended === 'SIGKILL' || /heap out of memory|bad_alloc|bad allocation|failed to allocate/i.test(reason);
}

/** What the program refused in our own words: the last line that it wrote. */
function refusal(stderr: string): AssayError | undefined {
  try {
    const data: unknown = JSON.parse(stderr.trim().split('\n').at(-1) ?? '');
    return isErrorData(data) ? AssayError.fromData(data) : undefined;
  } catch {
    return undefined;
  }
}

/** Moved away before it is removed, so that nobody takes half of it for the whole, and nothing newer is removed instead. */
async function setAside(folder: string): Promise<void> {
  const aside = `${folder}.${randomBytes(3).toString('hex')}.damaged`;
  await rename(folder, aside).catch(() => undefined);
  await rm(aside, { recursive: true, force: true });
}

function isErrorData(data: unknown): data is ErrorData {
  return typeof data === 'object' && data !== null && 'code' in data && 'message' in data;
}
