import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { assayCacheFolder } from '@assay/core';
import type { HubFile } from './hub-files.ts';
import type { HubId } from './hub-id.ts';

/** What a pull set out to bring: kept, so that an interrupted one can say offline what is still missing. */
export interface PullPlan {
  readonly commit: string;
  readonly files: readonly HubFile[];
}

function placeOf(wanted: HubId, env: NodeJS.ProcessEnv | undefined): string {
  const key = createHash('sha256').update(`${wanted.id}@${wanted.revision}`).digest('hex').slice(0, 32);
  return join(assayCacheFolder(env), 'pull-plans', `${key}.json`);
}

/** @returns undefined when this revision was never asked for, or the note of it is unreadable */
export function readPullPlan(wanted: HubId, env?: NodeJS.ProcessEnv): PullPlan | undefined {
  const place = placeOf(wanted, env);
  if (!existsSync(place)) return undefined;
  try {
    return JSON.parse(readFileSync(place, 'utf8')) as PullPlan;
  } catch {
    return undefined;
  }
}

/** Without a cache folder to write in, a pull works all the same. */
export async function writePullPlan(wanted: HubId, plan: PullPlan, env?: NodeJS.ProcessEnv): Promise<void> {
  const place = placeOf(wanted, env);
  try {
    await mkdir(dirname(place), { recursive: true });
    await writeFile(`${place}.${process.pid}`, JSON.stringify(plan));
    await rename(`${place}.${process.pid}`, place);
  } catch {
    // The plan only makes a later message exact.
  }
}
