/** A queue between two stages: `push` waits while it is full, the reader waits while it is empty. One reader. */
export class BoundedQueue<T> implements AsyncIterable<T> {
  readonly #capacity: number;
  readonly #onRead: () => void;
  readonly #waiting: T[] = [];
  #closed = false;
  #failure: unknown;
  #wakeReader: (() => void) | undefined;
  readonly #wakeWriters: (() => void)[] = [];

  /** @param onRead called when the queue is closed and its last value has been read */
  constructor(capacity: number, onRead: () => void = () => {}) {
    this.#capacity = capacity;
    this.#onRead = onRead;
  }

  /** Resolves when the value is queued; false when the queue is closed and the value was dropped. */
  async push(value: T): Promise<boolean> {
    while (this.#waiting.length >= this.#capacity && !this.#closed) {
      await new Promise<void>((resolve) => this.#wakeWriters.push(resolve));
    }
    if (this.#closed) return false;
    this.#waiting.push(value);
    this.#wakeReader?.();
    return true;
  }

  /** No more values; what is queued is still read. */
  close(failure?: unknown): void {
    this.#closed = true;
    this.#failure = failure;
    this.#wakeReader?.();
    for (const wake of this.#wakeWriters.splice(0)) wake();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    try {
      for (;;) {
        const value = this.#waiting.shift();
        if (value !== undefined) {
          this.#wakeWriters.shift()?.();
          yield value;
        } else if (this.#closed) {
          if (this.#failure !== undefined) throw this.#failure;
          this.#onRead();
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wakeReader = resolve;
          });
          this.#wakeReader = undefined;
        }
      }
    } finally {
      this.close();
    }
  }
}
