import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { newManifest } from '../../engine/plan-manifest.ts';
import { requireWhole, runEvaluation } from '../../engine/run-evaluation.ts';
import type { RunPlan } from '../../engine/run-plan.ts';
import { AssayError } from '../../errors/assay-error.ts';
import { Journal } from '../../journal/journal.ts';
import { newTail, readJournal } from '../../journal/read-journal.ts';
import { findDamage } from '../../results/find-damage.ts';
import { readManifestIfAny } from '../../results/manifest.ts';
import { requireSound } from '../../results/run-damage.ts';
import { readSummary } from '../../results/stored-summary.ts';
import type { Manifest } from '../../results/summary.ts';
import { createRunFolder, type RunFolder, runFolder } from '../../storage/run-folder.ts';
import { writeJsonFile } from '../../storage/write-file.ts';
import { planStep, type StepContext } from './step-context.ts';

/**
 * Puts the shards of all models together to one run folder, whose summary is what one process would have written:
 * the journals are joined, and the engine finishes a run in which nothing is left to do.
 * @throws AssayError RUN_NOT_RESUMABLE when samples are missing
 */
export async function mergeStep(context: StepContext, run: string): Promise<RunFolder> {
  const plan = await planStep(context);
  const parts = await shardRuns(context.folders.input('evaluations'));
  const folder = await createRunFolder(context.folders.output);
  const { opened, badRows, samples } = await joinJournals(plan, parts, folder, run);
  const manifest = newManifest(plan, run, new Date(), folder.path);
  const models = plan.models.map(({ name }) => opened.get(name) ?? { name, runner: '' });
  await writeJsonFile(folder.manifest, { ...manifest, models });
  const closed = plan.models.map((model) => ({
    ...model,
    open: model.open === null ? null : refuseToOpen(model.name),
  }));
  // Rows that could not be read are no samples: without them every model is done.
  const whole: RunPlan = { ...plan, models: closed, dataset: { ...plan.dataset, total: samples } };
  const { summary } = requireWhole(await runEvaluation(whole, folder.path, context.hooks, context.signal));
  await writeJsonFile(folder.summary, { ...summary, dataset: { ...summary.dataset, badRows } });
  await context.writeReport?.(folder);
  return folder;
}

/** Run folders of shards: `<evaluate step>/<shard>`. */
async function shardRuns(root: string): Promise<RunFolder[]> {
  const found: RunFolder[] = [];
  for (const step of (await readdir(root)).sort()) {
    for (const shard of (await readdir(join(root, step)).catch(() => [])).sort()) {
      const folder = runFolder(join(root, step, shard));
      if (existsSync(folder.manifest)) found.push(folder);
    }
  }
  return found;
}

interface Joined {
  /** What answered, by model. */
  readonly opened: ReadonlyMap<string, Manifest['models'][number]>;
  readonly badRows: number;
  /** Of each model. */
  readonly samples: number;
}

async function joinJournals(
  plan: RunPlan,
  parts: readonly RunFolder[],
  folder: RunFolder,
  run: string,
): Promise<Joined> {
  const seen = new Map(plan.models.map(({ name }) => [name, new Set<number>()]));
  const opened = new Map<string, Manifest['models'][number]>();
  let badRows = 0;
  const journal = await Journal.open(folder.journal, undefined, { commitMs: 1000 });
  try {
    void journal.append({ kind: 'run', format: 1, run, planDigest: plan.digest });
    for (const part of parts) {
      const manifest = await readManifestIfAny(part);
      if (manifest === undefined || manifest.configDigest !== plan.digest) continue;
      for (const model of manifest.models) if (model.runner !== '') opened.set(model.name, model);
      if (existsSync(part.summary)) {
        const summary = await readSummary(part.summary);
        badRows = Math.max(badRows, summary.dataset.badRows);
        requireSound(part.path, await findDamage(part, manifest, summary));
      }
      const tail = newTail();
      for await (const record of readJournal(part.journal, tail)) {
        const known = record.kind === 'sample' ? seen.get(record.model) : undefined;
        if (record.kind !== 'sample' || known === undefined || known.has(record.sample)) continue;
        known.add(record.sample);
        void journal.append(record);
        // The bound on memory: records wait for the disk in groups.
        if (known.size % 4096 === 0) await journal.flush();
      }
      // Of a shard that has not finished there is no summary to count against.
      requireSound(part.path, { lines: tail.corruptLines, models: [], checkpoint: false });
    }
    await journal.flush();
  } finally {
    await journal.close();
  }
  const total = plan.dataset.total === null ? null : plan.dataset.total - badRows;
  const samples = total ?? Math.max(...[...seen.values()].map(({ size }) => size));
  for (const [name, { size }] of seen) {
    if (size < samples) {
      throw new AssayError('RUN_NOT_RESUMABLE', `${samples - size} of ${samples} samples of ${name} are missing`, {
        hint: 'run its evaluate step again: it goes on where it stopped',
      });
    }
  }
  return { opened, badRows, samples };
}

function refuseToOpen(model: string): () => Promise<never> {
  return async () => {
    throw new AssayError('RUN_NOT_RESUMABLE', `the shards of ${model} are not complete`);
  };
}
