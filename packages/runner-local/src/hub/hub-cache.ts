import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hubHome } from '@assay/core';
import { type HubId, isCommit } from './hub-id.ts';

/** The hub's cache as its own libraries place it: HF_HUB_CACHE, else HF_HOME/hub, else the XDG cache folder. */
export function hubCacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env.HF_HUB_CACHE || join(hubHome(env), 'hub');
}

/** `models--org--name` in the hub's cache: holds `blobs`, `snapshots` and `refs`. */
export function hubModelFolder(id: string, env: NodeJS.ProcessEnv = process.env): string {
  return join(hubCacheFolder(env), `models--${id.replace('/', '--')}`);
}

/** A snapshot in the cache. */
export interface HubSnapshot {
  readonly id: string;
  /** Forty hexadecimal digits. */
  readonly commit: string;
  readonly folder: string;
}

/**
 * The snapshot that a revision points to, if the cache has it.
 * Without a ref, `main` means the only snapshot there is: a model pulled by commit still answers to its plain id.
 */
export function findHubSnapshot(wanted: HubId, env: NodeJS.ProcessEnv = process.env): HubSnapshot | undefined {
  const root = hubModelFolder(wanted.id, env);
  const snapshots = join(root, 'snapshots');
  if (!existsSync(snapshots)) return undefined;
  const commit = commitOf(wanted.revision, root, snapshots);
  if (commit === undefined) return undefined;
  const folder = join(snapshots, commit);
  return existsSync(folder) ? { id: wanted.id, commit, folder } : undefined;
}

function commitOf(revision: string, root: string, snapshots: string): string | undefined {
  if (isCommit(revision)) return revision;
  const ref = join(root, 'refs', revision);
  if (existsSync(ref)) return readFileSync(ref, 'utf8').trim();
  const commits = readdirSync(snapshots).filter(isCommit);
  return revision === 'main' && commits.length === 1 ? commits[0] : undefined;
}

/** Ids of every model that the cache has a folder for. */
export function listHubIds(env: NodeJS.ProcessEnv = process.env): string[] {
  const root = hubCacheFolder(env);
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .filter((name) => name.startsWith('models--'))
    .map((name) => name.slice('models--'.length).replace('--', '/'))
    .sort();
}
