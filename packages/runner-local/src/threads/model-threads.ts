import { AssayError, type ErrorData, type Failed, type Stream, type TextInput } from '@assay/core';
import { dealWindow } from './deal-window.ts';
import { ModelThread } from './model-thread.ts';
import type { BatchAnswer, ModelThreadSettings, TextTask } from './text-model.ts';
import { WindowReader } from './window-reader.ts';

/** The answer to one text: its numbers, in the task's layout. */
export type TextAnswer =
  | {
      readonly id: string;
      readonly ok: true;
      readonly values: Float32Array;
      /** Floats in one vector, where `values` holds several. */
      readonly width: number;
    }
  | Failed;

/** Texts sorted by length together: more make batches more even, fewer answer sooner. */
const WINDOW = 512;
/** A thread has its next share of a window waiting while it works on one. */
const SHARES_PER_THREAD = 2;

/** Threads started again for those that died: more deaths than this have a cause that a new thread does not cure. */
const MOST_RESTARTS = 3;

/** One model in one or more threads; answers come in completion order, and memory holds a few windows at most. */
export class ModelThreads {
  readonly #threads: ModelThread[];
  readonly #start: () => Promise<ModelThread>;
  #restarts = 0;
  #reviving: Promise<void> | undefined;
  #closed = false;

  private constructor(threads: ModelThread[], start: () => Promise<ModelThread>) {
    this.#threads = threads;
    this.#start = start;
  }

  /**
   * @param entry what a thread runs; only tests need another
   * @throws what loading threw, after the threads that did load are gone again
   */
  static async start(settings: ModelThreadSettings, count: number, entry?: URL): Promise<ModelThreads> {
    const start = (): Promise<ModelThread> => ModelThread.start(settings, entry);
    const started = await Promise.allSettled(Array.from({ length: count }, start));
    const threads = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const refused = started.find((result) => result.status === 'rejected');
    if (refused === undefined) return new ModelThreads(threads, start);
    await Promise.all(threads.map((thread) => thread.close()));
    throw refused.reason;
  }

  /** What the model told about itself when it was loaded. */
  get info(): unknown {
    return this.#threads[0]!.info;
  }

  /**
   * @throws the signal's reason when it aborts, and what the stream of texts throws
   */
  async *evaluate(
    texts: Stream<TextInput>,
    task: TextTask,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<TextAnswer> {
    if (this.#closed) throw new TypeError('the model is closed');
    const { signal } = options;
    const answers: TextAnswer[] = [];
    const reader = new WindowReader(texts, WINDOW);
    const cancels = new Set<() => void>();
    const limit = this.#threads.length * SHARES_PER_THREAD;
    let reading = false;
    let ended = false;
    let left = false;
    let failure: { readonly thrown: unknown } | undefined;
    let wake = (): void => undefined;
    const onAbort = (): void => wake();
    signal?.addEventListener('abort', onAbort);

    const readOne = async (): Promise<void> => {
      reading = true;
      try {
        const window = await reader.next();
        if (window === undefined) ended = true;
        else {
          await this.#revive();
          const shares = left ? [] : dealWindow(window, this.#threads.length);
          for (const share of shares) this.#submit(share, task, answers, cancels, () => wake());
        }
      } catch (thrown) {
        failure = { thrown };
      }
      reading = false;
      wake();
    };

    try {
      for (;;) {
        signal?.throwIfAborted();
        if (failure !== undefined) throw failure.thrown;
        if (!ended && !reading && cancels.size < limit && answers.length < WINDOW) void readOne();
        const batch = answers.splice(0);
        if (batch.length > 0) {
          yield* batch;
          continue;
        }
        if (ended && cancels.size === 0) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      left = true;
      signal?.removeEventListener('abort', onAbort);
      reader.close();
      for (const cancel of cancels) cancel();
    }
  }

  /** Releases sessions and threads. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  /** Starts threads that died again. What they worked on is answered as failed; what comes now need not be. */
  #revive(): Promise<void> {
    this.#reviving ??= this.#startAgain().finally(() => {
      this.#reviving = undefined;
    });
    return this.#reviving;
  }

  async #startAgain(): Promise<void> {
    for (const [at, thread] of this.#threads.entries()) {
      if (!thread.hasDied || this.#closed || this.#restarts >= MOST_RESTARTS) continue;
      this.#restarts += 1;
      const started = await this.#start().catch(() => undefined);
      if (started === undefined) continue;
      this.#threads[at] = started;
      if (this.#closed) await started.close();
    }
  }

  #submit(
    window: readonly TextInput[],
    task: TextTask,
    answers: TextAnswer[],
    cancels: Set<() => void>,
    wake: () => void,
  ): void {
    const alive = this.#threads.filter(({ hasDied }) => !hasDied);
    const thread = (alive.length === 0 ? this.#threads : alive).reduce((least, next) =>
      next.load < least.load ? next : least,
    );
    const open = new Set(window.keys());
    let cancel = (): void => undefined;
    const token = (): void => cancel();
    cancels.add(token);
    const take = (found: readonly { row: number; answer: TextAnswer }[]): void => {
      for (const { row, answer } of found) if (open.delete(row)) answers.push(answer);
      wake();
    };
    cancel = thread.submit(
      window.map(({ text, pair }) => (pair === undefined ? text : ([text, pair] as const))),
      task,
      {
        onBatch: (batch) => take(unpack(window, batch)),
        onDone: (error, isUntouched = false) => {
          if (isUntouched && !this.#closed) {
            void this.#revive().then(() => {
              cancels.delete(token);
              this.#submit(window, task, answers, cancels, wake);
            });
            return;
          }
          const why = error ?? new AssayError('RUNNER_CRASHED', 'the model was closed before it answered').toData();
          cancels.delete(token);
          take([...open].map((row) => ({ row, answer: failed(window[row]!.id, why) })));
        },
      },
    );
  }
}

function unpack(window: readonly TextInput[], batch: BatchAnswer): { row: number; answer: TextAnswer }[] {
  const answered = batch.rows.map((row, index) => ({
    row,
    answer: {
      id: window[row]!.id,
      ok: true as const,
      values: batch.values.slice(index === 0 ? 0 : batch.ends[index - 1], batch.ends[index]),
      width: batch.width,
    },
  }));
  return [...answered, ...batch.failures.map(({ row, error }) => ({ row, answer: failed(window[row]!.id, error) }))];
}

function failed(id: string, error: ErrorData): Failed {
  return { id, ok: false, state: 'failed', error };
}
