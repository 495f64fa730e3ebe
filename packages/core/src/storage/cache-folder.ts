import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where assay keeps what it can make again: ASSAY_CACHE, else `assay` in the XDG cache folder. */
export function assayCacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.ASSAY_CACHE) return env.ASSAY_CACHE;
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'assay');
}
