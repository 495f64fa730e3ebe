import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  AssayError,
  findRun,
  listRuns,
  newRunId,
  RUNS_FOLDER,
  type RunPlan,
  readManifest,
  shardName,
  shardText,
} from '@assay/core';
import type { RunSettings } from '../settings/run-settings.ts';

/** A new folder, the folder that is named, or with `resume` the one to continue with. */
export async function pickRunFolder(
  plan: RunPlan,
  { resume, output }: Pick<RunSettings, 'resume' | 'output'>,
): Promise<string> {
  if (typeof resume === 'string') return findRun(resume).path;
  if (output !== undefined) return resolve(output);
  if (resume === undefined) return newRunFolder(plan);
  for (const folder of await listRuns()) {
    // A run of another version is none of this plan's.
    const manifest = await readManifest(folder).catch(() => undefined);
    if (manifest?.configDigest === plan.digest && shardText(manifest.shard) === shardText(plan.shard))
      return folder.path;
  }
  throw new AssayError('RUN_NOT_FOUND', `no run of this config with these options under ${RUNS_FOLDER}`, {
    hint: 'Start it without --resume, or name the run folder: --resume DIR.',
  });
}

/** A second run of the same second must not continue with the first. */
function newRunFolder(plan: RunPlan): string {
  // Shards may begin at the same moment on machines that share the folder.
  const part = plan.shard === undefined ? '' : `-${shardName(plan.shard)}`;
  const path = resolve(join(RUNS_FOLDER, `${newRunId(new Date(), plan.digest)}${part}`));
  let free = path;
  for (let next = 2; existsSync(free); next += 1) free = `${path}-${next}`;
  return free;
}
