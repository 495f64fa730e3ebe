import { availableParallelism } from 'node:os';
import type { OutputsParts } from './outputs-parts.ts';
import type { OutputsPlan, OutputsRunOptions } from './outputs-run-options.ts';
import type { ScorePool } from './score-pool.ts';
import type { ScoredPart, ScoreTask } from './score-task.ts';

/** Bytes of scored parts that may wait for the disk at a time, and parts: of many small files each is one. */
const MOST_BYTES = 8 * 2 ** 20;
const MOST_PARTS = 256;

/** Scores parts of a dataset, in worker threads where there are enough of them, and puts them on disk in their order. */
export async function scoreParts(options: OutputsRunOptions, { threads, parts }: OutputsParts): Promise<void> {
  const { plan, model, journal, stages, onRange, onBadRow, signal } = options;
  /** The names of the parts under way, in order. */
  const firsts: number[] = [];
  const tasks = async function* (): AsyncGenerator<ScoreTask> {
    for await (const { first, task } of parts) {
      firsts.push(first);
      yield task;
    }
  };
  // Workers score; this thread waits for them, or for the disk.
  stages.enter('scoring');
  const pool = threads > 0 || plan.scoring !== undefined ? await openPool(plan, threads) : undefined;
  try {
    const writes: { readonly onDisk: Promise<void>; readonly bytes: number }[] = [];
    let waiting = 0;
    const results = pool === undefined ? scoreInThisThread(tasks(), signal) : pool.score(tasks(), signal);
    for await (const { lines, checksum, accumulator, samples, badRows } of results) {
      const first = firsts.shift()!;
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
      writes.push({ onDisk, bytes: record.bytes });
      waiting += record.bytes;
      if (waiting <= MOST_BYTES && writes.length <= MOST_PARTS) continue;
      stages.enter('disk', 2);
      const oldest = writes.shift()!;
      await oldest.onDisk;
      waiting -= oldest.bytes;
      stages.leave('disk', 2);
    }
    stages.enter('disk', 2);
    await journal.flush();
    await Promise.all(writes.map(({ onDisk }) => onDisk));
  } finally {
    await pool?.close();
  }
}

/** No more threads than there is work for. */
async function openPool({ scoring }: OutputsPlan, useful: number): Promise<ScorePool> {
  const { ScorePool } = await import('./score-pool.ts');
  const threads = Math.max(1, Math.min(scoring?.threads ?? availableParallelism(), useful));
  return new ScorePool({ ...scoring, threads });
}

async function* scoreInThisThread(tasks: AsyncIterable<ScoreTask>, signal: AbortSignal): AsyncGenerator<ScoredPart> {
  const { scorePart } = await import('./score-part.ts');
  for await (const task of tasks) yield await scorePart(task, signal);
}
