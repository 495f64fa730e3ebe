import { AssayError } from '../errors/assay-error.ts';
import type { Failed } from '../runner/runner.ts';

/** Failures in a row, each of a kind that might pass, after which a model is treated as down. */
const BREAK_AFTER = 20;

/**
 * Tells a model that is down from samples that fail. Failures that might pass are held back while nothing else comes: once
 * the model is treated as down they are ignored, and their samples are left for a resume, not used up.
 */
export class Circuit<Answer extends { readonly id: string; readonly ok: true } | Failed> {
  readonly #model: string;
  readonly #held: Answer[] = [];

  constructor(model: string) {
    this.#model = model;
  }

  /** Answers that are held back. */
  get held(): number {
    return this.#held.length;
  }

  /** @returns the answers that count from now on, in order; the error that ends the model's run where it is down */
  take(answer: Answer): readonly Answer[] | AssayError {
    if (answer.ok || !(answer.error.retryable || answer.error.code === 'RUNNER_CIRCUIT_OPEN'))
      return [...this.release(), answer];
    this.#held.push(answer);
    const { code, message, hint } = answer.error;
    if (code !== 'RUNNER_CIRCUIT_OPEN' && this.#held.length < BREAK_AFTER) return [];
    return new AssayError('RUNNER_CIRCUIT_OPEN', `${this.#model} is treated as down; the last: ${message}`, {
      hint: hint ?? 'Fix what the last error names, and continue with `assay run --resume`.',
    });
  }

  /** What is held back counts after all: no further answer comes. */
  release(): readonly Answer[] {
    return this.#held.splice(0);
  }
}
