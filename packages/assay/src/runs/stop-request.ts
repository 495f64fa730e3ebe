import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError } from '@assay/core';

/** In a run's folder while somebody wants it to stop: it reaches the process wherever that runs, and no other one. */
export const STOP_FILE = 'stop';
const LOOK_MS = 300;

/** Asks a run that goes on to stop, as Ctrl-C does: what was scored is on disk, and a resume goes on from there. */
export async function askToStop(folder: string): Promise<void> {
  await writeFile(join(folder, STOP_FILE), '');
}

/** Whether a run was asked to stop and has not ended yet. */
export function isAskedToStop(folder: string): boolean {
  return existsSync(join(folder, STOP_FILE));
}

export interface StopRequests {
  /** Aborts with RUN_INTERRUPTED once somebody asks. */
  readonly signal: AbortSignal;
  /** Looks no more, and takes back what was asked. */
  end(): Promise<void>;
}

/** Looks, again and again, whether a run is to stop. What was asked of an earlier process counts no more. */
export async function stopRequests(folder: string): Promise<StopRequests> {
  const file = join(folder, STOP_FILE);
  // Where there can be no folder, or none to write to, the run itself says so.
  const takeBack = () => rm(file, { force: true }).catch(() => {});
  await takeBack();
  const controller = new AbortController();
  const timer = setInterval(() => {
    if (!existsSync(file)) return;
    clearInterval(timer);
    controller.abort(new AssayError('RUN_INTERRUPTED', 'asked to stop; what was scored is on disk'));
  }, LOOK_MS);
  timer.unref();
  return {
    signal: controller.signal,
    end: () => {
      clearInterval(timer);
      return takeBack();
    },
  };
}
