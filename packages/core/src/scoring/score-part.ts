import { crc32 } from 'node:zlib';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import type { Dataset } from '../datasets/dataset.ts';
import { datasetOfRanges } from '../datasets/open-dataset.ts';
import { Accumulator } from '../results/accumulator.ts';
import type { Sample } from '../samples/sample.ts';
import { turnIfDue } from '../storage/event-loop.ts';
import { encodeRangedSample } from './encode-ranged-sample.ts';
import { LineBuffer } from './line-buffer.ts';
import { scoreOutputs } from './score-outputs.ts';
import type { RangeTask, ScoredPart, ScoreTask } from './score-task.ts';
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
  const isRange = task.kind === 'range';
  const lines = new LineBuffer(isRange ? 2 * (task.range.end - task.range.start) : LINE_BYTES * task.samples.length);
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
  return { lines: bytes, checksum: crc32(bytes), accumulator: accumulator.toJSON(), samples, badRows };
}

/** The samples of a byte range. */
async function* batchesOf(task: RangeTask, badRows: BadRows): AsyncGenerator<readonly Sample[]> {
  const { range, strict } = task;
  const dataset = await datasetOf(task);
  // Named one by one: without a list the config's own limit would draw from the range.
  const rows = task.rows ?? Array.from({ length: range.rows }, (_, at) => range.firstIndex + at);
  yield* dataset.sampleBatches({
    range,
    rows,
    strict,
    onBadRow: ({ error: { at, message } }) =>
      badRows.push({ file: at?.file ?? range.path, line: at?.line ?? 0, message }),
  });
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
