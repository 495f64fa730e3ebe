import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, cpus, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AssayError } from '@assay/core';

/** What names a prepacked graph: it is good for these weights, this runtime and this CPU only. */
export interface PrepackedKey {
  readonly digest: string;
  readonly runtime: string;
  readonly cpu: string;
}

/** The key on this machine. */
export function prepackedKey(digest: string): PrepackedKey {
  const runtime = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  return { digest, runtime: runtime.version, cpu: `${arch()} ${cpus()[0]?.model ?? 'unknown'}` };
}

/** The folder of one prepacked graph below the user's cache folder (`XDG_CACHE_HOME`, else ~/.cache). */
export function prepackedFolder(
  key: PrepackedKey,
  cacheHome = process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
): string {
  const name = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 24);
  return join(cacheHome, 'assay', 'prepacked', name);
}

/**
 * The graph with its weights unpacked to fp32 and packed for this CPU; made on first use (about ten seconds and several
 * gigabytes of memory for a 135M model, in a process of its own), then shared by every session that maps it.
 * @returns path of the saved graph
 * @throws AssayError MODEL_LOAD when the runtime cannot make it, RUN_DISK_FULL when it does not fit on the disk
 */
export async function prepackedGraph(graph: string, folder: string, entry: URL): Promise<string> {
  const done = join(folder, 'graph.onnx');
  if (existsSync(done)) return done;
  await mkdir(dirname(folder), { recursive: true });
  const draft = await mkdtemp(`${folder}.`);
  try {
    await promisify(execFile)(process.execPath, [fileURLToPath(entry), graph, join(draft, 'graph.onnx')]);
    // Whoever comes second finds the folder there and uses it.
    await rename(draft, folder).catch((error: NodeJS.ErrnoException) => {
      if (!existsSync(done)) throw error;
    });
    return done;
  } catch (cause) {
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
