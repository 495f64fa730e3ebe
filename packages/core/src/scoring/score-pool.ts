import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { AssayError } from '../errors/assay-error.ts';
import type { ScoredRange, ScoreTask } from './score-task.ts';

export interface ScorePoolOptions {
  /** @default the cores of this machine */
  readonly threads?: number;
  /** Heap of one thread in MB. @default Node's own limit */
  readonly maxOldMegabytes?: number;
  /** File of the worker. @default the one built beside this */
  readonly worker?: string;
}

/** Times that a range is given to a worker before its crashes count as the range's fault. */
const ATTEMPTS = 3;

/** Threads that score byte ranges; the main thread only writes what they return. */
export class ScorePool {
  readonly threads: number;
  readonly #pool: Piscina<ScoreTask, ScoredRange>;

  constructor({ threads = availableParallelism(), worker = builtWorker(), maxOldMegabytes }: ScorePoolOptions = {}) {
    this.threads = threads;
    this.#pool = new Piscina({
      filename: worker,
      // Not the process's own flags: a worker is plain JavaScript wherever it was started from.
      execArgv: [],
      minThreads: threads,
      maxThreads: threads,
      // What a batch leaves behind dies young: room for more would only keep it longer.
      resourceLimits: {
        maxYoungGenerationSizeMb: 16,
        ...(maxOldMegabytes === undefined ? {} : { maxOldGenerationSizeMb: maxOldMegabytes }),
      },
    });
    // A worker that dies without a task is replaced; its error belongs to no one.
    this.#pool.on('error', () => {});
  }

  /** Results in the order of the tasks; at most two tasks a thread are under way or waiting to be taken. */
  async *score(tasks: Iterable<ScoreTask>, signal: AbortSignal): AsyncGenerator<ScoredRange> {
    const underWay: Promise<ScoredRange>[] = [];
    for (const task of tasks) {
      const result = this.#run(task, signal);
      // Awaited in order: a later task may fail before its turn.
      result.catch(() => {});
      underWay.push(result);
      if (underWay.length >= 2 * this.threads) yield await underWay.shift()!;
    }
    while (underWay.length > 0) yield await underWay.shift()!;
  }

  /** A crashed worker (out of memory, killed) costs its range another try, not the run. */
  async #run(task: ScoreTask, signal: AbortSignal): Promise<ScoredRange> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#pool.run(task, { signal });
      } catch (thrown) {
        if (signal.aborted || !isCrash(thrown)) throw thrown;
        if (attempt === ATTEMPTS) throw crashed(task, thrown);
      }
    }
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}

function isCrash(thrown: unknown): boolean {
  const { code, message } = thrown as { readonly code?: string; readonly message?: string };
  return code === 'ERR_WORKER_OUT_OF_MEMORY' || /worker.*(exit|terminat)/i.test(message ?? '');
}

function crashed({ range }: ScoreTask, cause: unknown): AssayError {
  const { code, message } = cause as { readonly code?: string; readonly message?: string };
  return new AssayError(
    'SCORING_FAILED',
    `scoring crashed ${ATTEMPTS} times on lines ${range.firstLine} and following: ${code ?? message}`,
    { at: { file: range.path, line: range.firstLine }, hint: 'What was scored is on disk; `--resume` goes on.', cause },
  );
}

/** Workers are plain JavaScript: from source (`src/`) too, the entry is the one that was built. */
function builtWorker(): string {
  return new URL('../../dist/bundle/scoring/score-worker.js', import.meta.url).href;
}
