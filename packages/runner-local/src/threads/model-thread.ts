import { Worker } from 'node:worker_threads';
import { AssayError, type ErrorData, toAssayError } from '@assay/core';
import type {
  AnswerMessage,
  BatchAnswer,
  ModelText,
  ModelThreadSettings,
  RequestMessage,
  TextTask,
} from './text-model.ts';

/** What one window of texts tells its owner; after `onDone` nothing more comes. */
export interface WindowHandler {
  onBatch(answer: BatchAnswer): void;
  /**
   * @param error why rows without an answer have none
   * @param isUntouched the thread died before it began with this window
   */
  onDone(error: ErrorData | undefined, isUntouched?: boolean): void;
}

/** A worker thread with one model in it. */
export class ModelThread {
  readonly info: unknown;
  readonly #worker: Worker;
  readonly #windows = new Map<number, { readonly handler: WindowHandler; readonly cancelled: Int32Array }>();
  #nextWindow = 0;
  #exited: Promise<unknown>;
  #failure: ErrorData | undefined;

  private constructor(worker: Worker, info: unknown) {
    this.info = info;
    this.#worker = worker;
    worker.on('message', (message: AnswerMessage) => this.#onMessage(message));
    worker.on('error', (thrown) => this.#fail(toAssayError(thrown, 'RUNNER_CRASHED').message));
    this.#exited = new Promise((resolve) => worker.once('exit', resolve));
    worker.once('exit', () => this.#fail('the thread ended'));
  }

  /** @throws what loading the model threw: MODEL_LOAD, MODEL_UNSUPPORTED, MODEL_FILES_MISSING… */
  static async start(settings: ModelThreadSettings, entry = workerUrl()): Promise<ModelThread> {
    // No flags of the parent's: its conditions may name source files, which a thread cannot load.
    const worker = new Worker(entry, { workerData: settings, execArgv: [] });
    const first = await firstMessage(worker);
    if (first.type === 'ready') return new ModelThread(worker, first.info);
    await worker.terminate();
    throw first.type === 'not_ready' ? AssayError.fromData(first.error) : new TypeError(`unexpected ${first.type}`);
  }

  /** Whether it ended by itself: nothing more is answered. */
  get hasDied(): boolean {
    return this.#failure !== undefined;
  }

  /** Windows that are not done yet. */
  get load(): number {
    return this.#windows.size;
  }

  /** @returns a function that tells the thread that nobody waits for this window any more */
  submit(texts: readonly ModelText[], task: TextTask, handler: WindowHandler): () => void {
    if (this.#failure !== undefined) {
      handler.onDone(this.#failure);
      return () => undefined;
    }
    const window = this.#nextWindow++;
    const cancelled = new Int32Array(new SharedArrayBuffer(4));
    this.#windows.set(window, { handler, cancelled });
    this.#post({ type: 'window', window, texts, task, cancelled: cancelled.buffer as SharedArrayBuffer });
    return () => Atomics.store(cancelled, 0, 1);
  }

  /** Releases the session and ends the thread; windows under way are cut at their next batch. */
  async close(): Promise<void> {
    for (const { cancelled } of this.#windows.values()) Atomics.store(cancelled, 0, 1);
    if (this.#failure === undefined) this.#post({ type: 'close' });
    await this.#exited;
  }

  #post(message: RequestMessage): void {
    this.#worker.postMessage(message);
  }

  #onMessage(message: AnswerMessage): void {
    if (message.type === 'batch') this.#windows.get(message.window)?.handler.onBatch(message.answer);
    if (message.type !== 'done') return;
    const window = this.#windows.get(message.window);
    this.#windows.delete(message.window);
    window?.handler.onDone(message.error);
  }

  #fail(reason: string): void {
    const hint = 'Ask again; if it happens again, the model needs more memory than there is.';
    this.#failure ??= new AssayError('RUNNER_CRASHED', `the model's thread is gone: ${reason}`, { hint }).toData();
    const waiting = [...this.#windows.values()];
    this.#windows.clear();
    // Windows are worked on in their order, so that only the first of them can be the one that it died of.
    for (const [at, { handler }] of waiting.entries()) handler.onDone(this.#failure, at > 0);
  }
}

/** What a new thread says first, which is whether it could load its model. */
function firstMessage(worker: Worker): Promise<AnswerMessage> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      act();
    };
    const onMessage = (message: AnswerMessage): void => settle(() => resolve(message));
    const onError = (thrown: unknown): void => settle(() => reject(toAssayError(thrown, 'MODEL_LOAD')));
    const onExit = (code: number): void =>
      settle(() => reject(new AssayError('MODEL_LOAD', `the model's thread ended with code ${code} while loading`)));
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}

/** A thread runs compiled code: from a `src` folder, the file of the same name in `dist`. */
function workerUrl(): URL {
  const here = import.meta.url;
  const base = here.endsWith('.ts') ? here.replace('/src/threads/', '/dist/threads/') : here;
  return new URL('./model-worker.js', base);
}
