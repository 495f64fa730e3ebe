import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  ALGORITHMS,
  AssayError,
  findRun,
  type LoadedConfig,
  loadConfig,
  type Manifest,
  parseConfig,
  RUNNER_KINDS,
  type RunFolder,
  type RunPart,
  type RunShard,
  readManifest,
  requireValid,
  runFolder,
  type ValidConfig,
} from '@assay/core';
import type { PlanSettings } from '../settings/run-settings.ts';

/** The runs of all shards of one run, and what the whole is planned by. */
export interface Shards {
  readonly config: ValidConfig;
  readonly settings: PlanSettings;
  readonly parts: readonly RunPart[];
}

interface ShardRun {
  readonly folder: RunFolder;
  readonly manifest: Manifest & { readonly shard: RunShard };
}

/**
 * @param names run folders, names under `.assay/runs`, or folders that hold the run folders
 * @param configFile where the config lies now; else it is the one that the shards keep, and its paths begin where they did
 * @throws AssayError RUN_NOT_FOUND, RUN_NOT_RESUMABLE for shards of several runs, for one that is missing or there twice
 */
export async function openShards(names: readonly string[], configFile?: string): Promise<Shards> {
  const runs = (await Promise.all(names.map(shardRuns))).flat();
  const [first] = runs;
  if (first === undefined) throw new AssayError('USAGE', 'no run of a shard is named');
  checkWhole(runs, first);
  const { runner, ...options } = first.manifest.shard.options;
  const known = RUNNER_KINDS.find((kind) => kind === runner);
  return {
    config: requireValid(await configOf(first, configFile)),
    settings: { ...options, ...(known === undefined ? {} : { runner: known }) },
    parts: runs.map(({ folder, manifest }) => ({ folder, shard: manifest.shard.shard })),
  };
}

/** The shard that a name leads to, or those in the folder of that name. */
async function shardRuns(name: string): Promise<ShardRun[]> {
  const here = resolve(name);
  const inside = existsSync(here) && !existsSync(runFolder(here).manifest) ? await readdir(here).catch(() => []) : [];
  const folders = inside.sort().map((each) => runFolder(join(here, each)));
  const held = folders.filter(({ manifest }) => existsSync(manifest));
  if (held.length === 0) {
    const run = await shardOf(findRun(name));
    if (run !== undefined) return [run];
    throw new AssayError('RUN_NOT_RESUMABLE', `${name} is no shard of a run`, {
      hint: 'Shards are made by `assay run CONFIG --shard 1/4`.',
    });
  }
  const runs = await Promise.all(held.map(shardOf));
  return runs.flatMap((run) => run ?? []);
}

async function shardOf(folder: RunFolder): Promise<ShardRun | undefined> {
  const manifest = await readManifest(folder);
  const { shard } = manifest;
  return shard === undefined ? undefined : { folder, manifest: { ...manifest, shard } };
}

function checkWhole(runs: readonly ShardRun[], { folder, manifest }: ShardRun): void {
  const { shards } = manifest.shard;
  const byNumber = new Map<number, ShardRun>();
  for (const run of runs) {
    const { shard } = run.manifest;
    if (run.manifest.configDigest !== manifest.configDigest || shard.shards !== shards)
      throw new AssayError('RUN_NOT_RESUMABLE', `${folder.path} and ${run.folder.path} are shards of different runs`, {
        hint: 'All shards take the same config, data and options, and the same number behind the slash.',
      });
    const twin = byNumber.get(shard.shard);
    if (twin !== undefined)
      throw new AssayError('RUN_NOT_RESUMABLE', `shard ${shard.shard + 1} is there twice`, {
        hint: `Leave out ${twin.folder.path} or ${run.folder.path}.`,
      });
    byNumber.set(shard.shard, run);
  }
  const missing = Array.from({ length: shards }, (_, shard) => shard).filter((shard) => !byNumber.has(shard));
  if (missing.length === 0) return;
  const named = missing.slice(0, 10).map((shard) => shard + 1);
  const more = missing.length > named.length ? ` and ${missing.length - named.length} more` : '';
  throw new AssayError('RUN_NOT_RESUMABLE', `of ${shards} shards ${named.join(', ')}${more} are missing`, {
    hint: `Run them with --shard ${named[0]}/${shards}, and name their folders too.`,
  });
}

async function configOf({ folder, manifest }: ShardRun, file: string | undefined): Promise<LoadedConfig> {
  if (file !== undefined) return loadConfig(file, { algorithms: ALGORITHMS });
  const { configText, configFile, configFolder = '.' } = manifest;
  return parseConfig(
    configText,
    resolve(folder.path, configFolder, configFile),
    { algorithms: ALGORITHMS },
    configFile,
  );
}
