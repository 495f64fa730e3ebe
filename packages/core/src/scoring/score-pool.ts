import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import type { ScoredRange, ScoreTask } from './score-task.ts';

/** Threads that score byte ranges; the main thread only writes what they return. */
export class ScorePool {
  readonly threads: number;
  readonly #pool: Piscina<ScoreTask, ScoredRange>;

  constructor(threads: number = availableParallelism()) {
    this.threads = threads;
    this.#pool = new Piscina({
      filename: builtWorker(),
      minThreads: threads,
      maxThreads: threads,
      // What a batch leaves behind dies young: room for more would only keep it longer.
      resourceLimits: { maxYoungGenerationSizeMb: 16 },
    });
  }

  /** Results in the order of the tasks; at most two tasks a thread are under way or waiting to be taken. */
  async *score(tasks: Iterable<ScoreTask>, signal: AbortSignal): AsyncGenerator<ScoredRange> {
    const underWay: Promise<ScoredRange>[] = [];
    for (const task of tasks) {
      underWay.push(this.#run(task, signal));
      if (underWay.length >= 2 * this.threads) yield await underWay.shift()!;
    }
    while (underWay.length > 0) yield await underWay.shift()!;
  }

  #run(task: ScoreTask, signal: AbortSignal): Promise<ScoredRange> {
    const result = this.#pool.run(task, { signal });
    // Awaited in order: a later task may fail before its turn.
    result.catch(() => {});
    return result;
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}

/** Workers are plain JavaScript: from source (`src/`), the entry is the one that was built beside it. */
function builtWorker(): string {
  return new URL('./score-worker.js', import.meta.url).href.replace('/src/scoring/', '/dist/scoring/');
}
