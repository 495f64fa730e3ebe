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
  const { threads, device, spinning, revision, dtype, memory_limit_mb: memoryLimitMb } = local;
  const workers = settings.workers ?? local.workers;
  const memoryLimitBytes = memoryLimitMb === undefined ? undefined : memoryLimitMb * 2 ** 20;
  const { batch_size: batchSize, isolate, unpack, precision, prefix_memory_mb: prefixMemoryMb } = local;
  const prefixBytes = prefixMemoryMb === undefined ? undefined : prefixMemoryMb * 2 ** 20;
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
      templateLimits,
    }),
    texts: { threads: workers, sessionThreads: threads, device, spinning, memoryLimitBytes, isolate },
    hooks: loadNotices(notices, name),
    signal: place.signal,
  };
}
