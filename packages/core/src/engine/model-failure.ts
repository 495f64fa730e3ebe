import { type AssayError, isAssayError, toAssayError } from '../errors/assay-error.ts';
import type { SampleRecord } from '../journal/journal-record.ts';
import type { BadRowReport } from '../samples/bad-row-report.ts';
import type { ModelProgress } from './model-progress.ts';
import type { PlannedModel, RunPlan } from './run-plan.ts';

/**
 * What ended one model's run, where the other models go on without it: it could not be loaded, is down, fails too often.
 * undefined where the cause is no model's own: the disk, the dataset, another plan. Outputs that lie in the dataset have
 * no model.
 * @param isOpen whether the model was loaded: before that a file that is missing is the model's
 */
export function modelFailure({ open }: PlannedModel, isOpen: boolean, thrown: unknown): AssayError | undefined {
  if (open === null) return undefined;
  const code = isAssayError(thrown) ? thrown.code : '';
  const isOfRun = code.startsWith('RUN_') && code !== 'RUN_TOO_MANY_FAILURES';
  const isOfDataset = code === 'DATASET_CHANGED' || (isOpen && code.startsWith('DATASET_'));
  return isOfRun || isOfDataset ? undefined : toAssayError(thrown, 'RUNNER_FAILED');
}

/**
 * Counts what a failed model left as skipped, by category too. Nothing of it goes to the journal: a resume asks for these
 * samples as for any that is missing. With an early stop the rest of the random order is in no figure anyway.
 */
export async function skipRest(
  { dataset, models, algorithms, stop }: RunPlan,
  model: string,
  progress: ModelProgress,
  onBadRow: (row: BadRowReport) => void,
): Promise<void> {
  if (stop !== undefined) return;
  const isDone = (index: number) => progress.isDone(index);
  const outcomes = Object.fromEntries(algorithms.map(({ label }) => [label, { unscored: 'skipped' }]));
  const { outputs = dataset } = models.find(({ name }) => name === model) ?? {};
  for await (const { index, digest, features } of outputs.samples(onBadRow, isDone)) {
    if (isDone(index)) continue;
    const { category, cluster, weight } = features;
    const record: SampleRecord = {
      kind: 'sample',
      model,
      sample: index,
      digest,
      ...(category === undefined ? {} : { category }),
      ...(cluster === undefined ? {} : { cluster }),
      ...(weight === undefined ? {} : { weight: Number(weight) }),
      state: 'skipped',
      outcomes,
    };
    progress.accumulator.add(record);
  }
}
