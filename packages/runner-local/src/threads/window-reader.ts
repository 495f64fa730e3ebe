import type { Stream } from '@assay/core';

/** How long a window waits for its source before it goes with what it has. */
const PAUSE_MS = 4;

/**
 * Gathers a stream into windows. A window goes early when its source pauses: a source that waits for answers
 * before it gives more (a bounded pipeline) must never wait for a window to fill.
 */
export class WindowReader<T> {
  readonly #source: AsyncIterator<T>;
  readonly #size: number;
  #pending: Promise<IteratorResult<T>> | undefined;
  #ended = false;

  constructor(stream: Stream<T>, size: number) {
    this.#source = Symbol.asyncIterator in stream ? stream[Symbol.asyncIterator]() : fromIterable(stream);
    this.#size = size;
  }

  /** @returns 1 to `size` items; undefined once the source has ended */
  async next(): Promise<T[] | undefined> {
    if (this.#ended) return undefined;
    const window: T[] = [];
    let timer: NodeJS.Timeout | undefined;
    let pause: Promise<'pause'> | undefined;
    try {
      while (window.length < this.#size) {
        this.#pending ??= this.#source.next();
        if (window.length > 0) {
          pause ??= new Promise((resolve) => {
            timer = setTimeout(resolve, PAUSE_MS, 'pause');
          });
        }
        const step = pause === undefined ? await this.#pending : await Promise.race([this.#pending, pause]);
        if (step === 'pause') break;
        this.#pending = undefined;
        if (step.done === true) {
          this.#ended = true;
          break;
        }
        window.push(step.value);
      }
    } finally {
      clearTimeout(timer);
    }
    return window.length === 0 ? undefined : window;
  }

  /** Lets the source go, without waiting for a step that may never end. */
  close(): void {
    this.#ended = true;
    this.#pending?.catch(() => undefined);
    this.#source.return?.()?.catch(() => undefined);
  }
}

async function* fromIterable<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
