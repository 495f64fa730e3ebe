import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { AssayError } from '../errors/assay-error.ts';
import type { FailedPart, ScoredPart, ScoreTask } from './score-task.ts';

export interface ScorePoolOptions {
  /** 0: none but this one. @default the cores of this machine */
  readonly threads?: number;
  /** Heap of one thread in MB. @default Node's own limit */
  readonly maxOldMegabytes?: number;
  /** File of the worker. @default the one built beside this */
  readonly worker?: string;
}

/** Times that a part is given to a worker before its crashes count as the part's fault. */
const ATTEMPTS = 3;

/** Threads that score parts of a dataset; the main thread writes what they return. */
export class ScorePool {
  readonly threads: number;
  readonly #pool: Piscina<ScoreTask, ScoredPart | FailedPart>;

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
  async *score(tasks: Iterable<ScoreTask> | AsyncIterable<ScoreTask>, signal: AbortSignal): AsyncGenerator<ScoredPart> {
    const underWay: Promise<ScoredPart>[] = [];
    for await (const task of tasks) {
      const result = this.#run(task, signal);
      // Awaited in order: a later task may fail before its turn.
      result.catch(() => {});
      underWay.push(result);
      if (underWay.length >= 2 * this.threads) yield await underWay.shift()!;
    }
    while (underWay.length > 0) yield await underWay.shift()!;
  }

  /** A crashed worker (out of memory, killed) costs its part another try, not the run. */
  async #run(task: ScoreTask, signal: AbortSignal): Promise<ScoredPart> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const result = await this.#pool.run(task, { signal });
        if ('failed' in result) throw AssayError.fromData(result.failed);
        return result;
      } catch (thrown) {
        // The pool has an error of its own for what was called off.
        signal.throwIfAborted();
        if (!isCrash(thrown)) throw thrown;
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

function crashed(task: ScoreTask, cause: unknown): AssayError {
  const { code, message } = cause as { readonly code?: string; readonly message?: string };
  const hint = 'What was scored is on disk; `--resume` goes on.';
  const what = `scoring crashed ${ATTEMPTS} times on`;
  if (task.kind === 'samples') {
    const first = task.samples[0]?.index ?? 0;
    const place = `the ${task.samples.length} samples from row ${first} on`;
    return new AssayError('SCORING_FAILED', `${what} ${place}: ${code ?? message}`, { hint, cause });
  }
  const { path: file, firstLine: line } = task.ranges[0]!.range;
  const place = `lines ${line} and following`;
  return new AssayError('SCORING_FAILED', `${what} ${place}: ${code ?? message}`, { at: { file, line }, hint, cause });
}

/** Workers are plain JavaScript: from source (`src/`) too, the entry is the one that was built. */
function builtWorker(): string {
  return new URL('../../dist/bundle/score-worker.js', import.meta.url).href;
}
