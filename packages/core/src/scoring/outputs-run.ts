import { outputsOneByOne } from './outputs-one-by-one.ts';
import { rangeParts, sampleParts } from './outputs-parts.ts';
import type { OutputsRunOptions } from './outputs-run-options.ts';
import { scoreParts } from './score-parts.ts';
import { taskAlgorithms } from './task-algorithms.ts';

/**
 * A model whose outputs lie in the dataset: scored part by part, in worker threads where there is enough of it. Files that
 * cannot be cut are read here and sent on. Where an algorithm needs helper models, or a run may end early, each sample is
 * scored by itself.
 */
export async function runOutputs(options: OutputsRunOptions): Promise<void> {
  const { dataset, algorithms } = options.plan;
  const known = taskAlgorithms(algorithms);
  if (known === undefined || dataset.source === undefined) await outputsOneByOne(options);
  else {
    const parts = (await rangeParts(options, dataset.source, known)) ?? sampleParts(options, known);
    await scoreParts(options, parts);
  }
}
