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
  type ShardPosition,
  type ValidConfig,
} from '@assay/core';
import type { PlanSettings } from '../settings/run-settings.ts';
import { coveringShards } from './shard-cover.ts';

export interface OpenShardsOptions {
  /** Where the config lies now; else it is the one that the shards keep, and its paths begin where they did. */
  readonly config?: string | undefined;
  /** The part of the run that they are put together to. @default the whole */
  readonly shard?: ShardPosition | undefined;
}

/** The runs of some shards of one run, and what their whole is planned by. */
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
 * @throws AssayError RUN_NOT_FOUND, RUN_NOT_RESUMABLE for shards of several runs, for one that is missing or there twice
 */
export async function openShards(
  names: readonly string[],
  { config: configFile, shard }: OpenShardsOptions = {},
): Promise<Shards> {
  const runs = (await Promise.all(names.map(shardRuns))).flat();
  const [first] = runs;
  if (first === undefined) throw new AssayError('USAGE', 'no run of a shard is named');
  checkOneRun(runs, first);
  const holders = runs.map((run) => ({ ...run, name: run.folder.path, position: run.manifest.shard }));
  const parts = coveringShards(holders, shard);
  const { runner, ...options } = first.manifest.shard.options;
  const known = RUNNER_KINDS.find((kind) => kind === runner);
  return {
    config: requireValid(await configOf(first, configFile)),
    settings: {
      ...options,
      ...(known === undefined ? {} : { runner: known }),
      ...(shard === undefined ? {} : { shard }),
    },
    parts: parts.map(({ folder, first }) => ({ folder, shard: first })),
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

/** @throws AssayError RUN_NOT_RESUMABLE */
function checkOneRun(runs: readonly ShardRun[], { folder, manifest }: ShardRun): void {
  const other = runs.find((run) => run.manifest.configDigest !== manifest.configDigest);
  if (other === undefined) return;
  throw new AssayError('RUN_NOT_RESUMABLE', `${folder.path} and ${other.folder.path} are shards of different runs`, {
    hint: 'All shards take the same config, data and options.',
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
