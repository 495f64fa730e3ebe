import type { EventEmitter } from 'node:events';
import { AssayError, type ErrorData, toAssayError } from '@assay/core';
import { builtEntry } from '../worker/built-entry.ts';
import { startProcess, startThread, type WorkerHost } from '../worker/worker-host.ts';
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

/** A worker thread, or a process, with one model in it. */
export class ModelThread {
  readonly info: unknown;
  readonly #host: WorkerHost<RequestMessage>;
  readonly #windows = new Map<number, { readonly handler: WindowHandler; readonly cancel: () => void }>();
  #nextWindow = 0;
  #exited: Promise<unknown>;
  #failure: ErrorData | undefined;

  private constructor(host: WorkerHost<RequestMessage>, info: unknown) {
    this.info = info;
    this.#host = host;
    const { events, isProcess } = host;
    events.on('message', (message: AnswerMessage) => this.#onMessage(message));
    events.on('error', (thrown) => this.#fail(toAssayError(thrown, 'RUNNER_CRASHED').message));
    this.#exited = new Promise((resolve) => events.once('exit', resolve));
    events.once('exit', (_, signal?: string) =>
      this.#fail(isProcess ? `the process ended${signal ? ` by ${signal}` : ''}` : 'the thread ended'),
    );
  }

  /** @throws what loading the model threw: MODEL_LOAD, MODEL_UNSUPPORTED, MODEL_FILES_MISSING… */
  static async start(
    settings: ModelThreadSettings,
    entry = builtEntry('threads/model-worker.js'),
  ): Promise<ModelThread> {
    const host = hostOf(entry, settings);
    const first = await firstMessage(host.events);
    if (first.type === 'ready') return new ModelThread(host, first.info);
    await host.kill();
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
    const flag = this.#host.isProcess ? undefined : new Int32Array(new SharedArrayBuffer(4));
    const cancel = (): void => {
      if (flag !== undefined) Atomics.store(flag, 0, 1);
      else if (this.#windows.has(window)) this.#host.send({ type: 'cancel', window });
    };
    this.#windows.set(window, { handler, cancel });
    const cancelled = flag?.buffer as SharedArrayBuffer | undefined;
    this.#host.send({ type: 'window', window, texts, task, cancelled });
    return cancel;
  }

  /** Releases the session and ends the thread; windows under way are cut at their next batch. */
  async close(): Promise<void> {
    for (const { cancel } of this.#windows.values()) cancel();
    if (this.#failure === undefined) this.#host.send({ type: 'close' });
    await this.#exited;
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
    this.#failure ??= new AssayError('RUNNER_CRASHED', `the model is gone: ${reason}`, { hint }).toData();
    const waiting = [...this.#windows.values()];
    this.#windows.clear();
    // Windows are worked on in their order, so that only the first of them can be the one that it died of.
    for (const [at, { handler }] of waiting.entries()) handler.onDone(this.#failure, at > 0);
  }
}

function hostOf(entry: URL, settings: ModelThreadSettings): WorkerHost<RequestMessage> {
  if (settings.isolate !== true) return startThread(entry, settings);
  const host = startProcess<RequestMessage>(entry);
  host.send({ type: 'load', settings });
  return host;
}

/** What a new thread says first, which is whether it could load its model. */
function firstMessage(events: EventEmitter): Promise<AnswerMessage> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      events.off('message', onMessage).off('error', onError).off('exit', onExit);
      act();
    };
    const onMessage = (message: AnswerMessage): void => settle(() => resolve(message));
    const onError = (thrown: unknown): void => settle(() => reject(toAssayError(thrown, 'MODEL_LOAD')));
    const onExit = (code: number | null, signal?: string): void => {
      const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
      settle(() => reject(new AssayError('MODEL_LOAD', `what loads the model ${how}`)));
    };
    events.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}
