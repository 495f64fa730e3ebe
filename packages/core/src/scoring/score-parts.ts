import { availableParallelism } from 'node:os';
import { partName } from '../journal/part-files.ts';
import type { OutputsParts } from './outputs-parts.ts';
import type { OutputsPlan, OutputsRunOptions } from './outputs-run-options.ts';
import { PartWrites } from './part-writes.ts';
import type { ScorePoolOptions } from './score-pool.ts';
import type { ScoredPart, ScoreTask } from './score-task.ts';
import { SharedScorePool } from './shared-score-pool.ts';

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
  const isAside = plan.scoring?.threads !== 0 && (threads > 0 || plan.scoring !== undefined);
  const own = new SharedScorePool();
  const pool = isAside ? await (plan.pool ?? own).open(poolOptions(plan, threads)) : undefined;
  try {
    const writes = new PartWrites(journal, onRange);
    const results = pool === undefined ? scoreInThisThread(tasks(), signal) : pool.score(tasks(), signal);
    for await (const { content, isFile, checksum, accumulator, samples, badRows } of results) {
      const first = firsts.shift()!;
      for (const row of badRows) onBadRow(row);
      const place = isFile ? { part: partName({ model, first }) } : {};
      const bytes = content.length;
      writes.add({ kind: 'range', model, first, samples, accumulator, badRows, ...place, bytes, checksum }, content);
      const room = writes.room();
      if (room === undefined) continue;
      stages.enter('disk', 2);
      await room;
      stages.leave('disk', 2);
    }
    stages.enter('disk', 2);
    await writes.end();
  } finally {
    await own.close();
  }
}

/** No more threads than there is work for. */
function poolOptions({ scoring }: OutputsPlan, useful: number): ScorePoolOptions {
  return { ...scoring, threads: Math.max(1, Math.min(scoring?.threads ?? availableParallelism(), useful)) };
}

async function* scoreInThisThread(tasks: AsyncIterable<ScoreTask>, signal: AbortSignal): AsyncGenerator<ScoredPart> {
  const { scorePart } = await import('./score-part.ts');
  for await (const task of tasks) yield await scorePart(task, signal);
}
