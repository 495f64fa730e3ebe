import { existsSync } from 'node:fs';
import { checkSamePlan, newManifest } from '../engine/plan-manifest.ts';
import { type RunResult, requireWhole, runEvaluation } from '../engine/run-evaluation.ts';
import type { RunHooks } from '../engine/run-events.ts';
import type { RunPlan } from '../engine/run-plan.ts';
import { AssayError } from '../errors/assay-error.ts';
import { Journal } from '../journal/journal.ts';
import { newTail, readJournal } from '../journal/read-journal.ts';
import { RowSet } from '../journal/row-set.ts';
import { findDamage } from '../results/find-damage.ts';
import { readManifestIfAny } from '../results/manifest.ts';
import { damageText, requireSound } from '../results/run-damage.ts';
import type { RunPart } from '../results/run-shard.ts';
import { readSummary } from '../results/stored-summary.ts';
import type { Manifest } from '../results/summary.ts';
import { nodeStorage } from '../storage/node-storage.ts';
import { createRunFolder } from '../storage/run-folder.ts';
import type { Storage } from '../storage/storage.ts';
import { writeJsonFile } from '../storage/write-file.ts';
import { likeParts } from './like-parts.ts';

export interface MergeOptions {
  /** Name of the whole run. */
  readonly run: string;
  /** What to do where samples are missing. */
  readonly hint: string;
  readonly hooks: RunHooks;
  readonly signal: AbortSignal;
  readonly storage?: Storage;
}

/**
 * Puts the parts of a run together, in one folder, whose summary is what one process would have written: the journals are
 * joined, and the engine finishes a run in which nothing is left to do. Memory does not grow with the samples of outputs
 * that lie in the dataset; of others it holds a bit for each.
 * Merged parts are a part again: whatever tree a run is merged by, it says the same, bit for bit.
 * @param asked of the whole, or of the part of it that they are together
 * @param path takes the whole run; a merge before it into the same folder is made anew
 * @throws AssayError RUN_NOT_RESUMABLE when samples are missing, parts are not alike or the folder holds another run,
 *   RUN_DAMAGED
 */
export async function mergeRuns(
  asked: RunPlan,
  given: readonly RunPart[],
  path: string,
  { run, hint, hooks, signal, storage = nodeStorage }: MergeOptions,
): Promise<RunResult> {
  const { parts, algorithms } = await likeParts(asked, given, path);
  const plan = { ...asked, algorithms };
  const folder = await createRunFolder(path, storage);
  const previous = await readManifestIfAny(folder);
  if (previous !== undefined) checkSamePlan(previous, plan, path);
  const joined = new JoinedJournal(plan, (message) => hooks.onWarning?.({ code: 'RUN_DAMAGED', message }));
  const journal = await Journal.open(folder.journal, undefined, { commitMs: 1000, storage });
  try {
    void journal.append({ kind: 'run', format: 1, run, planDigest: plan.digest });
    for (const part of parts) {
      signal.throwIfAborted();
      await joined.take(part, journal);
    }
    await journal.flush();
  } finally {
    await journal.close();
  }
  const { badRows } = joined;
  const samples = joined.samples(hint);
  const manifest = newManifest(plan, run, new Date(), folder.path);
  const models = plan.models.map(({ name }) => joined.opened.get(name) ?? { name, runner: '' });
  await writeJsonFile(folder.manifest, { ...manifest, models }, storage);
  const closed = plan.models.map((model) => ({
    ...model,
    open: model.open === null ? null : refuseToOpen(model.name),
  }));
  // Rows that could not be read are no samples: without them every model is done.
  const whole: RunPlan = { ...plan, models: closed, dataset: { ...plan.dataset, total: samples } };
  const result = requireWhole(await runEvaluation(whole, folder.path, hooks, signal, storage));
  const summary = { ...result.summary, dataset: { ...result.summary.dataset, badRows } };
  await writeJsonFile(folder.summary, summary, storage);
  return { ...result, summary };
}

/** What of each model is in the journal of the whole. */
class JoinedJournal {
  /** What answered, by model. */
  readonly opened = new Map<string, Manifest['models'][number]>();
  readonly #plan: RunPlan;
  /** Told of damage that no figure is made of. */
  readonly #onDamage: (message: string) => void;
  readonly #models: ReadonlyMap<string, JoinedModel>;
  /** Most bad rows that a run of a shard has seen, by shard: each model of it sees the same ones. */
  readonly #badRows = new Map<number, number>();

  constructor(plan: RunPlan, onDamage: (message: string) => void) {
    this.#plan = plan;
    this.#onDamage = onDamage;
    this.#models = new Map(
      plan.models.map(({ name }) => [name, { done: new RowSet(), ranges: new Set(), rangedSamples: 0 }]),
    );
  }

  get badRows(): number {
    return [...this.#badRows.values()].reduce((sum, rows) => sum + rows, 0);
  }

  async take({ folder, shard }: RunPart, journal: Journal): Promise<void> {
    const manifest = await readManifestIfAny(folder);
    if (manifest === undefined) return;
    for (const model of manifest.models) if (model.runner !== '') this.opened.set(model.name, model);
    if (existsSync(folder.summary)) {
      const summary = await readSummary(folder.summary);
      this.#badRows.set(shard, Math.max(this.#badRows.get(shard) ?? 0, summary.dataset.badRows));
      const damage = await findDamage(folder, manifest, summary);
      requireSound(folder.path, damage);
      if (damage !== undefined) this.#onDamage(`${folder.path} is damaged: ${damageText(damage)}`);
    } else if (manifest.journal !== undefined) {
      // It had ended.
      throw new AssayError('RUN_DAMAGED', `${folder.summary} is gone`, {
        hint: 'Resume this run: it is written anew.',
      });
    }
    const tail = newTail();
    let waiting = 0;
    for await (const record of readJournal(folder.journal, tail)) {
      if (record.kind === 'sample') {
        const model = this.#models.get(record.model);
        if (model === undefined || model.done.has(record.sample)) continue;
        model.done.add(record.sample);
        void journal.append(record);
      } else if (record.kind === 'range') {
        const { range, content } = record;
        const model = this.#models.get(range.model);
        if (model === undefined || model.ranges.has(range.first)) continue;
        model.ranges.add(range.first);
        model.rangedSamples += range.samples;
        if (range.part === undefined) {
          void journal.appendRange(range, content);
          // Its lines are read into again.
          await journal.flush();
        } else {
          await journal.parts.write(range.part, content);
          void journal.append(range);
        }
      } else continue;
      // The bound on memory: records wait for the disk in groups.
      waiting += 1;
      if (waiting % 4096 === 0) await journal.flush();
    }
    // Of a shard that has not finished there is no summary to count against.
    requireSound(folder.path, { lines: tail.corruptLines, models: [], checkpoint: false });
  }

  /** Of each model. @throws AssayError RUN_NOT_RESUMABLE when some are missing */
  samples(hint: string): number {
    const { total } = this.#plan.dataset;
    const found = [...this.#models].map(([name, { done, rangedSamples }]) => ({
      name,
      size: done.size + rangedSamples,
    }));
    const samples = total === null ? Math.max(...found.map(({ size }) => size)) : total - this.badRows;
    for (const { name, size } of found) {
      if (size >= samples) continue;
      const what = `${samples - size} of ${samples} samples of ${name} are missing`;
      throw new AssayError('RUN_NOT_RESUMABLE', what, { hint });
    }
    return samples;
  }
}

interface JoinedModel {
  readonly done: RowSet;
  readonly ranges: Set<number>;
  rangedSamples: number;
}

function refuseToOpen(model: string): () => Promise<never> {
  return async () => {
    throw new AssayError('RUN_NOT_RESUMABLE', `the shards of ${model} are not complete`);
  };
}
