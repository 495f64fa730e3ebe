import { crc32 } from 'node:zlib';
import { ALGORITHMS } from '../algorithms/algorithm-table.ts';
import { type AlgorithmInstance, instantiateAlgorithm } from '../algorithms/instantiate.ts';
import type { Dataset } from '../datasets/dataset.ts';
import { openDataset } from '../datasets/open-dataset.ts';
import { Accumulator } from '../results/accumulator.ts';
import { encodeRangedSample } from './encode-ranged-sample.ts';
import { LineBuffer } from './line-buffer.ts';
import { scoreOutputs } from './score-outputs.ts';
import type { ScoredRange, ScoreTask } from './score-task.ts';

interface Opened {
  readonly key: string;
  readonly dataset: Dataset;
  readonly instances: readonly AlgorithmInstance[];
}

let opened: Opened | undefined;

/** Scores one byte range of a dataset. */
export async function scoreRange(task: ScoreTask): Promise<ScoredRange> {
  const { dataset, instances } = await open(task);
  const { model, seed, texts, range, strict } = task;
  // Named one by one: without a list the config's own limit would draw from the range.
  const rows = task.rows ?? Array.from({ length: range.rows }, (_, at) => range.firstIndex + at);
  const accumulator = new Accumulator(instances);
  const badRows: ScoredRange['badRows'][number][] = [];
  const lines = new LineBuffer(2 * (range.end - range.start));
  let samples = 0;
  const onBadRow = ({
    error,
  }: {
    readonly error: {
      readonly at: { readonly file: string; readonly line?: number } | undefined;
      readonly message: string;
    };
  }) => badRows.push({ file: error.at?.file ?? range.path, line: error.at?.line ?? 0, message: error.message });
  for await (const batch of dataset.sampleBatches({ range, rows, strict, onBadRow })) {
    for (const sample of batch) {
      const record = scoreOutputs(sample, { model, instances, seed, texts });
      accumulator.add(record);
      lines.add(encodeRangedSample(record));
      samples += 1;
    }
  }
  const bytes = lines.toBytes();
  return { lines: bytes, checksum: crc32(bytes), accumulator: accumulator.toJSON(), samples, badRows };
}

async function open(task: ScoreTask): Promise<Opened> {
  const key = JSON.stringify([task.dataset, task.baseDir, task.algorithms]);
  if (opened?.key !== key) {
    const instances = task.algorithms.map(({ label, name, options }) =>
      instantiateAlgorithm(label, ALGORITHMS.get(name)!, options),
    );
    opened = { key, instances, dataset: await openDataset(task.dataset, { baseDir: task.baseDir }) };
  }
  return opened;
}
