import { taskAlgorithms } from '../scoring/task-algorithms.ts';
import type { HelperDesk } from './helper-desk.ts';
import type { Journal } from './journal.ts';
import type { RangeRecord, SampleRecord } from './journal-record.ts';
import { outputsOneByOne } from './outputs-one-by-one.ts';
import { rangeParts, sampleParts } from './outputs-parts.ts';
import type { BadRowReport, RunPlan } from './run-plan.ts';
import { scoreParts } from './score-parts.ts';
import type { StageClock } from './stage-clock.ts';

export interface OutputsRunOptions {
  readonly plan: RunPlan;
  readonly model: string;
  readonly journal: Journal;
  readonly helpers: HelperDesk;
  readonly stages: StageClock;
  /** Whether the journal holds the range that begins with this row. */
  readonly isRangeDone: (first: number) => boolean;
  readonly isDone: (index: number) => boolean;
  readonly onRange: (range: RangeRecord) => void;
  readonly onDone: (record: SampleRecord) => void;
  readonly onBadRow: (row: BadRowReport) => void;
  /** Whether no further sample is wanted. */
  readonly isEnough: () => boolean;
  readonly signal: AbortSignal;
}

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
