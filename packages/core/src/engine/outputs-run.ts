import { availableParallelism } from 'node:os';
import type { Unscored } from '../algorithms/algorithm.ts';
import { ALGORITHMS } from '../algorithms/algorithm-table.ts';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import { RANGE_BYTES } from '../datasets/data-file.ts';
import type { DatasetRange } from '../datasets/dataset.ts';
import type { Sample } from '../samples/sample.ts';
import { datasetAnswers } from '../scoring/dataset-answers.ts';
import { scoreOutputs } from '../scoring/score-outputs.ts';
import type { ScorePool } from '../scoring/score-pool.ts';
import type { HelperAnswers } from '../scoring/score-sample.ts';
import type { ScoredRange, ScoreTask } from '../scoring/score-task.ts';
import type { HelperDesk } from './helper-desk.ts';
import type { Journal } from './journal.ts';
import type { RangeRecord, SampleRecord } from './journal-record.ts';
import { rowsInRange } from './rows-in-range.ts';
import type { BadRowReport, PlannedDataset, RunPlan } from './run-plan.ts';
import { SamplesUnderWay } from './samples-under-way.ts';
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

/** Scored ranges that may wait for the disk at a time. */
const MAX_WRITES = 4;
/** Samples between reading and disk where each is scored by itself. */
const UNDER_WAY = 1024;
/** Datasets up to this many samples keep their texts in the journal, for the report's explorer. */
const TEXTS_UP_TO = 100_000;

/** A model whose outputs lie in the dataset: scored by worker threads where its files can be cut into byte ranges. */
export async function runOutputs(options: OutputsRunOptions): Promise<void> {
  const { dataset, algorithms } = options.plan;
  const canCut = algorithms.every(canScoreInWorker);
  const ranges = canCut ? await dataset.ranges?.(options.plan.scoring?.rangeBytes ?? RANGE_BYTES) : undefined;
  if (ranges === undefined || dataset.source === undefined) await scoreHere(options);
  else await scoreRanges(options, ranges, dataset.source);
}

/** Helper models live in this process; a worker knows algorithms by their name in the table alone. */
function canScoreInWorker({ algorithm, helpers }: AlgorithmInstance): boolean {
  const asksHelpers = algorithm.helperAsks !== undefined && (algorithm.helpers === undefined || helpers.length > 0);
  return !asksHelpers && ALGORITHMS.get(algorithm.name) === algorithm;
}

function hasTexts({ plan }: OutputsRunOptions): boolean {
  return (plan.dataset.total ?? 0) <= TEXTS_UP_TO;
}

async function scoreRanges(
  options: OutputsRunOptions,
  ranges: readonly DatasetRange[],
  source: NonNullable<PlannedDataset['source']>,
): Promise<void> {
  const { plan, model, journal, stages, isRangeDone, onRange, onBadRow, signal } = options;
  const { rows } = source;
  const open = ranges
    .filter((range) => !isRangeDone(range.firstIndex))
    .map((range) => ({ range, rows: rowsInRange(rows, range) }));
  const wanted = open.filter((part) => part.rows === undefined || part.rows.length > 0);
  const algorithms = plan.algorithms.map(({ label, algorithm, options: settings }) => ({
    label,
    name: algorithm.name,
    options: settings,
  }));
  const tasks = function* (): Generator<ScoreTask> {
    for (const part of wanted) {
      yield {
        ...part,
        dataset: source.config,
        baseDir: source.baseDir,
        strict: source.strict,
        model,
        algorithms,
        seed: plan.seed,
        texts: hasTexts(options),
      };
    }
  };
  // Workers read and score; this thread waits for them, or for the disk.
  stages.enter('scoring');
  // One range is scored before a thread for it would have started.
  const pool = wanted.length > 1 || plan.scoring !== undefined ? await openPool(plan, wanted.length) : undefined;
  try {
    let next = 0;
    const writes: Promise<void>[] = [];
    const results = pool === undefined ? scoreInThisThread(tasks()) : pool.score(tasks(), signal);
    for await (const { lines, checksum, accumulator, samples, badRows } of results) {
      const { firstIndex: first } = wanted[next++]!.range;
      for (const row of badRows) onBadRow(row);
      const record = {
        kind: 'range',
        model,
        first,
        samples,
        accumulator,
        badRows,
        bytes: lines.length,
        checksum,
      } as const;
      const onDisk = journal.appendRange(record, lines).then(() => onRange(record));
      // A failed write is thrown when its turn to be awaited comes.
      onDisk.catch(() => {});
      writes.push(onDisk);
      if (writes.length <= MAX_WRITES) continue;
      stages.enter('disk', 2);
      await writes.shift();
      stages.leave('disk', 2);
    }
    stages.enter('disk', 2);
    await journal.flush();
    await Promise.all(writes);
  } finally {
    await pool?.close();
  }
}

/** No more threads than there is work for: each takes as long to start as to score 40,000 short rows. */
async function openPool({ scoring }: RunPlan, ranges: number): Promise<ScorePool> {
  const { ScorePool } = await import('../scoring/score-pool.ts');
  const threads = Math.max(1, Math.min(scoring?.threads ?? availableParallelism(), ranges));
  return new ScorePool({ ...scoring, threads });
}

async function* scoreInThisThread(tasks: Iterable<ScoreTask>): AsyncGenerator<ScoredRange> {
  const { scoreRange } = await import('../scoring/score-range.ts');
  for (const task of tasks) yield await scoreRange(task);
}

/** Formats that cannot be cut, and algorithms that need helper models, are scored in this thread, some samples at a time. */
async function scoreHere(options: OutputsRunOptions): Promise<void> {
  const { plan, model, journal, stages, isDone, onBadRow, signal } = options;
  const settings = { model, instances: plan.algorithms, seed: plan.seed, texts: hasTexts(options) };
  const underWay = new SamplesUnderWay({ journal, stages, room: () => UNDER_WAY });
  const works = new Set<Promise<void>>();
  const failed = new AbortController();
  for await (const sample of plan.dataset.samples(onBadRow)) {
    signal.throwIfAborted();
    failed.signal.throwIfAborted();
    if (options.isEnough()) break;
    if (isDone(sample.index)) continue;
    underWay.enter();
    const work = finish(options, sample, settings, underWay)
      .catch((thrown) => failed.abort(thrown))
      .finally(() => {
        works.delete(work);
        underWay.leave();
      });
    works.add(work);
    if (!underWay.hasRoom) await underWay.nextLeft();
  }
  underWay.seal();
  await Promise.all(works);
  failed.signal.throwIfAborted();
}

async function finish(
  { plan, helpers, stages, onDone }: OutputsRunOptions,
  sample: Sample,
  settings: Parameters<typeof scoreOutputs>[1],
  underWay: SamplesUnderWay,
): Promise<void> {
  const keys = new Map<string, boolean>();
  const found = new Map<string, HelperAnswers | Unscored>();
  for (const instance of plan.algorithms) {
    const answers = datasetAnswers(sample, instance, plan.seed);
    if (answers !== undefined)
      found.set(instance.label, await helpers.answersFor(instance, sample, answers, { keys, stages }));
  }
  const scored = stages.score(() => scoreOutputs(sample, settings, (label) => found.get(label) ?? new Map()));
  const record = keys.size === 0 ? scored : { ...scored, helperCache: Object.fromEntries(keys) };
  await underWay.commit(record);
  onDone(record);
}
