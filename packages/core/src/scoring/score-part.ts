import { crc32 } from 'node:zlib';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import type { Dataset, SamplesOptions } from '../datasets/dataset.ts';
import { datasetOfRanges } from '../datasets/open-dataset.ts';
import { encodePart } from '../journal/encode-part.ts';
import type { ScoredColumns } from '../journal/scored-columns.ts';
import { Accumulator } from '../results/accumulator.ts';
import { FeatureTexts } from '../samples/feature-texts.ts';
import type { Sample } from '../samples/sample.ts';
import { turnIfDue } from '../storage/event-loop.ts';
import { encodeRangedSample } from './encode-ranged-sample.ts';
import { FillColumns } from './fill-columns.ts';
import { LineBuffer } from './line-buffer.ts';
import { scoreOutputs } from './score-outputs.ts';
import type { RangeTask, ScoredPart, ScoreTask, TakenRange } from './score-task.ts';
import { taskInstances } from './task-algorithms.ts';

type BadRows = ScoredPart['badRows'][number][];

/** A first guess at what a sample's line takes. */
const LINE_BYTES = 512;

/** Scores one part of a dataset: a byte range, or samples that were read elsewhere. Rejects with what `signal` aborts with. */
export async function scorePart(task: ScoreTask, signal?: AbortSignal): Promise<ScoredPart> {
  const instances = await instancesOf(task);
  const { model, seed, texts, keep } = task;
  const accumulator = new Accumulator(instances, task.categories);
  const badRows: BadRows = [];
  if (!task.texts) return scoreInColumns(task, instances, signal);
  const isRange = task.kind === 'range';
  const lines = new LineBuffer(isRange ? 2 * bytesOf(task.ranges) : LINE_BYTES * task.samples.length);
  let samples = 0;
  for await (const batch of isRange ? batchesOf(task, badRows) : [task.samples]) {
    for (const sample of batch) {
      const turn = turnIfDue();
      if (turn !== undefined) await turn;
      signal?.throwIfAborted();
      const record = scoreOutputs(sample, { model, instances, seed, texts, keep });
      accumulator.add(record);
      lines.add(encodeRangedSample(record));
      samples += 1;
    }
  }
  const bytes = lines.toBytes();
  return {
    content: bytes,
    isFile: false,
    checksum: crc32(bytes),
    accumulator: accumulator.toJSON(),
    samples,
    badRows,
  };
}

/** Rows between two looks at the clock. */
const ROWS_A_LOOK = 32;

/** The same where no text of a sample is kept: in columns, without an object for a row. */
async function scoreInColumns(
  task: ScoreTask,
  instances: readonly AlgorithmInstance[],
  signal: AbortSignal | undefined,
): Promise<ScoredPart> {
  const { model, seed } = task;
  const badRows: BadRows = [];
  const capacity =
    task.kind === 'range' ? task.ranges.reduce((sum, { range }) => sum + range.rows, 0) : task.samples.length;
  const filled = new FillColumns({ model, instances, seed, capacity });
  const { columns } = filled;
  const turn = async () => {
    await turnIfDue();
    signal?.throwIfAborted();
  };
  if (task.kind === 'samples') {
    for (const sample of task.samples) {
      if (columns.size % ROWS_A_LOOK === 0) await turn();
      filled.addSample(sample);
    }
  } else {
    for (const taken of task.ranges) await fillFrom(taken, task, { filled, instances, badRows, turn });
  }
  const accumulator = new Accumulator(instances, task.categories);
  accumulator.addColumns(columns);
  const part = encodePart(model, columns);
  const content = part ?? linesOf(columns);
  return {
    content,
    isFile: part !== undefined,
    checksum: crc32(content),
    accumulator: accumulator.toJSON(),
    samples: columns.size,
    badRows,
  };
}

interface Filling {
  readonly filled: FillColumns;
  readonly instances: readonly AlgorithmInstance[];
  readonly badRows: BadRows;
  /** Lets others have a turn, and ends with the run. */
  readonly turn: () => Promise<void>;
}

async function fillFrom(
  taken: TakenRange,
  task: RangeTask,
  { filled, instances, badRows, turn }: Filling,
): Promise<void> {
  const dataset = await datasetOf(task);
  const options = { ...readingOf(taken, task, badRows), parse: !FillColumns.takesTexts(instances) };
  for await (const batch of dataset.scan(options)) {
    for (let i = 0; i < batch.count; i++) {
      if (i % ROWS_A_LOOK === 0) await turn();
      const read = batch.read(i);
      if (read === undefined) continue;
      if (read instanceof FeatureTexts) filled.addTexts(batch.firstIndex + i, read, dataset.given);
      else filled.addSample(read);
    }
  }
}

function linesOf(columns: ScoredColumns): Buffer {
  const lines = new LineBuffer(LINE_BYTES * columns.size);
  for (let row = 0; row < columns.size; row++) lines.add(encodeRangedSample(columns.record(row)));
  return lines.toBytes();
}

const bytesOf = (ranges: readonly TakenRange[]): number =>
  ranges.reduce((sum, { range }) => sum + range.end - range.start, 0);

/** The samples of byte ranges. */
async function* batchesOf(task: RangeTask, badRows: BadRows): AsyncGenerator<readonly Sample[]> {
  const dataset = await datasetOf(task);
  for (const taken of task.ranges) yield* dataset.sampleBatches(readingOf(taken, task, badRows));
}

/** How a byte range is read. */
function readingOf({ range, rows }: TakenRange, { strict }: RangeTask, badRows: BadRows): SamplesOptions {
  return {
    range,
    // Named one by one: without a list the config's own limit would draw from the range.
    rows: rows ?? Array.from({ length: range.rows }, (_, at) => range.firstIndex + at),
    strict,
    onBadRow: ({ error: { at, message } }) =>
      badRows.push({ file: at?.file ?? range.path, line: at?.line ?? 0, message }),
  };
}

/** The last that was made, for the tasks of a run are alike. */
function remembered<Task, Value>(
  keyOf: (task: Task) => unknown,
  make: (task: Task) => Promise<Value>,
): (task: Task) => Promise<Value> {
  let last: { readonly key: string; readonly value: Promise<Value> } | undefined;
  return (task) => {
    const key = JSON.stringify(keyOf(task));
    if (last?.key !== key) last = { key, value: make(task) };
    return last.value;
  };
}

const instancesOf = remembered<ScoreTask, readonly AlgorithmInstance[]>(
  ({ algorithms }) => algorithms,
  ({ algorithms }) => taskInstances(algorithms),
);

const datasetOf = remembered<RangeTask, Dataset>(
  ({ dataset, columns }) => [dataset, columns],
  async ({ dataset, columns }) => datasetOfRanges(dataset, columns),
);
