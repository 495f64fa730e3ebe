import { AssayError } from '../errors/assay-error.ts';

export interface DeadlineOptions {
  /** Longest time from a question's admission by the runner to its answer, in milliseconds. */
  readonly deadlineMs: number;
  readonly onLate: (id: string) => void;
  /** The runner has neither taken a question nor answered one for twice the deadline, and some wait. */
  readonly onHang: () => void;
}

/** Watches the questions that a runner has taken, by the monotonic clock. */
export class DeadlineWatch {
  readonly #options: DeadlineOptions;
  /** Admission times by question, oldest first. */
  readonly #since = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  #lastSign = performance.now();
  #waiting = 0;

  constructor(options: DeadlineOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#look(), Math.max(1, options.deadlineMs / 10));
  }

  /** A question is ready for the runner. */
  asked(): void {
    if (this.#waiting === 0 && this.#since.size === 0) this.#lastSign = performance.now();
    this.#waiting += 1;
  }

  /** The runner has taken it. */
  admitted(id: string): void {
    this.#waiting -= 1;
    this.#lastSign = performance.now();
    this.#since.set(id, this.#lastSign);
  }

  answered(id: string): void {
    this.#lastSign = performance.now();
    this.#since.delete(id);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { deadlineMs, onLate, onHang } = this.#options;
    const now = performance.now();
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
    hint: 'Go on with `assay run --resume`; deadline_ms of the config allows more time.',
  });
}
