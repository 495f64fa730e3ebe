import { AssayError, type ErrorData } from '../errors/assay-error.ts';

/** Failures in a row, each of a kind that might pass, after which a model is taken for down. */
const BREAK_AFTER = 20;

/** Tells a model that is down from samples that fail: the rest of its samples are left for a resume, not used up. */
export class Circuit {
  readonly #model: string;
  #inARow = 0;

  constructor(model: string) {
    this.#model = model;
  }

  /** @returns the error that ends the model's run, once it is taken for down */
  take(error: ErrorData | undefined): AssayError | undefined {
    if (error === undefined || !(error.retryable || error.code === 'RUNNER_CIRCUIT_OPEN')) {
      this.#inARow = 0;
      return undefined;
    }
    this.#inARow += 1;
    if (error.code !== 'RUNNER_CIRCUIT_OPEN' && this.#inARow < BREAK_AFTER) return undefined;
    return new AssayError('RUNNER_CIRCUIT_OPEN', `${this.#model} is taken for down; the last: ${error.message}`, {
      hint: error.hint ?? 'Mend what the last error names, and go on with `assay run --resume`.',
    });
  }
}
