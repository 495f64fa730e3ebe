import { basename, dirname, isAbsolute, relative, sep } from 'node:path';
import { recordedAlgorithm } from '../algorithms/recorded-algorithm.ts';
import { configChanges } from '../config/config-changes.ts';
import { maskUrls } from '../config/url-secrets.ts';
import { pinOf } from '../datasets/dataset-file.ts';
import { AssayError } from '../errors/assay-error.ts';
import { shardText } from '../results/run-shard.ts';
import type { Manifest } from '../results/summary.ts';
import type { PlannedStop, RunPlan } from './run-plan.ts';

/** @param path the run folder */
export function newManifest(plan: RunPlan, run: string, startedAt: Date, path: string): Manifest {
  const { dataset, configFile, digest, algorithms, models, seed, versions } = plan;
  const configText = maskUrls(plan.configText);
  const command = plan.command.map(maskUrls);
  const files = dataset.files.map((file) => ({ ...file, path: besideConfig(file.path, configFile) }));
  return {
    format: 1,
    run,
    createdAt: startedAt.toISOString(),
    command,
    configFile: basename(configFile),
    configFolder: relative(path, dirname(configFile)).split(sep).join('/'),
    configText,
    configDigest: digest,
    ...importedFrom(plan),
    dataset: {
      name: dataset.name,
      files,
      samples: dataset.total ?? 0,
      ...(dataset.order === undefined ? {} : { order: dataset.order }),
    },
    models: models.map(({ name }) => ({ name, runner: '' })),
    algorithms: algorithms.map(recordedAlgorithm),
    seed,
    ...(plan.shard === undefined ? {} : { shard: plan.shard }),
    ...(plan.stop === undefined ? {} : { order: orderOf(plan.stop) }),
    versions,
    platform: `${process.platform}-${process.arch} node ${process.version}`,
    commit: null,
  };
}

/** The manifest of a run that goes on: with the config as it is now, and what of it is not as it was. */
export function resumedManifest(previous: Manifest, plan: RunPlan, at: Date): Manifest {
  const { dataset } = plan;
  const configText = maskUrls(plan.configText);
  const command = plan.command.map(maskUrls);
  if (configText === previous.configText) return previous;
  const changed = configChanges(previous.configText, configText);
  const revision = { at: at.toISOString(), command, changed };
  const { importedFrom: _, ...kept } = previous;
  return {
    ...kept,
    configText,
    ...importedFrom(plan),
    dataset: { ...previous.dataset, name: dataset.name },
    ...(changed.length === 0 ? {} : { revisions: [...(previous.revisions ?? []), revision] }),
  };
}

function importedFrom({ importedFrom: from }: RunPlan): Pick<Manifest, 'importedFrom'> {
  return from === undefined ? {} : { importedFrom: from };
}

function orderOf({ order: { seed, rows, sha256 }, history }: PlannedStop): NonNullable<Manifest['order']> {
  return { seed, rows: rows.length, sha256, ...(history === undefined ? {} : { predictions: history.sha256 }) };
}

/** From the config's folder where a path lies inside it, so that a run names no home of anyone; else as it is. */
function besideConfig(path: string, configFile: string): string {
  if (!isAbsolute(path)) return path;
  const near = relative(dirname(configFile), path);
  return near.startsWith('..') || isAbsolute(near) ? path : near.split(sep).join('/');
}

/** A folder is only continued by the plan that began it. @throws AssayError RUN_NOT_RESUMABLE */
export function checkSamePlan(previous: Manifest, plan: RunPlan, path: string): void {
  const changed = whatChanged(previous, plan);
  if (changed === undefined) return;
  throw new AssayError('RUN_NOT_RESUMABLE', `${path} holds another run: ${changed}`, {
    hint: 'Start a new run (answers that are still valid come from the cache), or undo the change.',
  });
}

function whatChanged(previous: Manifest, plan: RunPlan): string | undefined {
  if (previous.configDigest !== plan.digest) return whatOfConfig(previous, plan);
  const pinned = previous.algorithms.map(({ signature }) => signature);
  if (plan.algorithms.some(({ signature }, at) => signature !== pinned[at])) return 'a helper model changed';
  const digests = (files: Manifest['dataset']['files']) => files.map(pinOf).join();
  if (digests(previous.dataset.files) !== digests(plan.dataset.files)) return 'the dataset changed';
  if (shardText(previous.shard) !== shardText(plan.shard))
    return `it is ${shardText(previous.shard)}, and this is ${shardText(plan.shard)}`;
  if (previous.order?.sha256 !== plan.stop?.order.sha256) return 'the order of samples changed';
  const isSame = previous.order?.predictions === plan.stop?.history?.sha256;
  return isSame ? undefined : 'the runs of stop_when.history changed';
}

/** Under the same text either an option differs, or an earlier version read that text in another way. */
function whatOfConfig({ configText, versions, createdAt }: Manifest, plan: RunPlan): string {
  if (configText !== plan.configText) return 'the config or its options changed';
  const began = [versions.assay, createdAt.slice(0, 10)].filter((part) => part !== undefined).join(' of ');
  return `the config is the same, so an option changed, or the assay that began it (${began}) reads configs in another way`;
}
