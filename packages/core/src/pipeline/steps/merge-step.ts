import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { shardOfName } from '../../datasets/shard-rows.ts';
import type { RunPart } from '../../results/run-shard.ts';
import { type RunFolder, runFolder } from '../../storage/run-folder.ts';
import { mergeRuns } from '../merge-runs.ts';
import { indexedData } from './shards-here.ts';
import { planStep, type StepContext } from './step-context.ts';

/** Puts the shards of all models together to one run folder. @throws AssayError RUN_NOT_RESUMABLE when samples are missing */
export async function mergeStep(context: StepContext, run: string): Promise<RunFolder> {
  const { folders, hooks, signal } = context;
  const parts = await shardRuns(folders.input('evaluations'));
  const hint = 'run its evaluate step again: it goes on where it stopped';
  const { folder } = await mergeRuns(await planStep(context, await indexedData(folders)), parts, folders.output, {
    run,
    hint,
    hooks,
    signal,
  });
  await context.writeReport?.(folder);
  return folder;
}

/** Run folders of shards: `<evaluate step>/<shard>`. */
async function shardRuns(root: string): Promise<RunPart[]> {
  const found: RunPart[] = [];
  for (const step of (await readdir(root)).sort()) {
    for (const name of (await readdir(join(root, step)).catch(() => [])).sort()) {
      const folder = runFolder(join(root, step, name));
      const shard = shardOfName(name)?.shard;
      if (shard !== undefined && existsSync(folder.manifest)) found.push({ folder, shard });
    }
  }
  return found;
}
