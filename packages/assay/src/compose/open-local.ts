import { type DescribedRunner, type Runner, withLabelAnswers } from '@assay/core';
import type { Dtype, OpenLocalModelOptions } from '@assay/runner-local';
import { defined } from '../defined.ts';
import { besideConfig } from './beside-config.ts';
import type { LocalModel } from './described-locals.ts';
import { loadNotices } from './load-notices.ts';
import type { OpenContext } from './open-context.ts';
import { localModels } from './optional-package.ts';

/** What a local model will be, before its weights are loaded. */
export async function describeLocal(model: LocalModel, context: OpenContext): Promise<DescribedRunner | undefined> {
  const { describeLocalModel } = await localModels();
  const { described, baseDir } = context;
  const found =
    described.get(model.local) ??
    describeLocalModel(besideConfig(model.local.model, baseDir), localOptions(model, context));
  described.set(model.local, found);
  const known = await found;
  if (known === undefined) return undefined;
  const { model: _, ...runner } = known;
  return runner;
}

export async function openLocal(model: LocalModel, context: OpenContext): Promise<Runner> {
  const { openLocalModel } = await localModels();
  const known = await context.described.get(model.local)?.catch(() => undefined);
  const place = besideConfig(model.local.model, context.baseDir);
  return withLabelAnswers(await openLocalModel(known?.model ?? place, localOptions(model, context)));
}

function localOptions({ name, local }: LocalModel, { notices, settings, place }: OpenContext): OpenLocalModelOptions {
  const { threads, device, spinning, revision, dtype } = local;
  const workers = settings.workers ?? local.workers;
  const memoryLimitBytes = bytesOf(local.memory_limit_mb);
  const { batch_size: batchSize, isolate, unpack, precision } = local;
  const [prefixBytes, prefixDiskBytes] = [bytesOf(local.prefix_memory_mb), bytesOf(local.prefix_disk_mb)];
  const templateLimits = { steps: local.template_steps, characters: local.template_characters };
  return {
    revision,
    dtype: dtype as Dtype | undefined,
    causal: defined({
      batchSize,
      threads,
      workers,
      isolate,
      unpack,
      precision,
      device,
      spinning,
      memoryLimitBytes,
      prefixBytes,
      prefixDiskBytes,
      templateLimits,
    }),
    texts: { threads: workers, sessionThreads: threads, device, spinning, memoryLimitBytes, isolate },
    hooks: loadNotices(notices, name),
    signal: place.signal,
  };
}

const bytesOf = (megabytes: number | undefined): number | undefined =>
  megabytes === undefined ? undefined : megabytes * 2 ** 20;
