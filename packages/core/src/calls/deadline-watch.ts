import { AssayError } from '../errors/assay-error.ts';
import { type Clock, systemClock } from '../storage/clock.ts';

export interface DeadlineOptions {
  /** Longest time from a question's admission by the runner to its answer, in milliseconds. */
  readonly deadlineMs: number;
  readonly onLate: (id: string) => void;
  /** The runner has neither taken a question nor answered one for twice the deadline, and some wait. */
  readonly onHang: () => void;
  readonly clock?: Clock;
}

/** Watches the questions that a runner has taken, by a monotonic clock. */
export class DeadlineWatch {
  readonly #options: DeadlineOptions;
  /** Admission times by question, oldest first. */
  readonly #since = new Map<string, number>();
  readonly #clock: Clock;
  readonly #closed = new AbortController();
  #lastSign: number;
  #waiting = 0;

  constructor(options: DeadlineOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#lastSign = this.#clock.now();
    void this.#watch();
  }

  /** A question is ready for the runner. */
  asked(): void {
    if (this.#waiting === 0 && this.#since.size === 0) this.#lastSign = this.#clock.now();
    this.#waiting += 1;
  }

  /** The runner has taken it. */
  admitted(id: string): void {
    this.#waiting -= 1;
    this.#lastSign = this.#clock.now();
    this.#since.set(id, this.#lastSign);
  }

  answered(id: string): void {
    this.#lastSign = this.#clock.now();
    this.#since.delete(id);
  }

  close(): void {
    this.#closed.abort();
  }

  async #watch(): Promise<void> {
    const every = Math.max(1, this.#options.deadlineMs / 10);
    const { signal } = this.#closed;
    for (;;) {
      await this.#clock.sleep(every, signal).catch(() => {});
      if (signal.aborted) return;
      this.#look();
    }
  }

  #look(): void {
    const { deadlineMs, onLate, onHang } = this.#options;
    const now = this.#clock.now();
    for (const [id, since] of this.#since) {
      if (now - since < deadlineMs) break;
      this.#since.delete(id);
      onLate(id);
    }
    if (this.#waiting > 0 && this.#since.size === 0 && now - this.#lastSign > 2 * deadlineMs) onHang();
  }
}

/** What ends the run of a model of which `onHang` was told. */
export function hanging(model: string, deadlineMs: number): AssayError {
  return new AssayError('RUNNER_CIRCUIT_OPEN', `${model} has taken and answered nothing for ${2 * deadlineMs} ms`, {
    hint: 'Continue with `assay run --resume`; deadline_ms of the config allows more time.',
  });
}
