import { NotInterpreted } from './python-error.ts';

const MAX_TEXT = 2 ** 24;
const MAX_DEPTH = 300;

/** What a program of others may take: it ends at a limit, and no text, list or recursion grows beyond one. */
export class Budget {
  readonly #most: number;
  #steps: number;
  #depth = 0;

  /** @param steps expressions and statements; a million takes about a tenth of a second */
  constructor(steps = 200_000_000) {
    this.#most = steps;
    this.#steps = steps;
  }

  /** Begins again, for another call from outside. */
  renew(): void {
    this.#steps = this.#most;
  }

  spend(steps = 1): void {
    this.#steps -= steps;
    if (this.#steps < 0) throw new NotInterpreted('it takes too many steps');
  }

  /** Entries of a list, or characters of a text, about to be made. */
  size(count: number): void {
    if (!(count <= MAX_TEXT)) throw new NotInterpreted(`it makes a value of more than ${MAX_TEXT} entries`);
    this.spend(Math.ceil(count / 64));
  }

  /** Runs a call one level deeper. */
  within<T>(run: () => T): T {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new NotInterpreted(`it calls itself more than ${MAX_DEPTH} deep`);
    try {
      return run();
    } finally {
      this.#depth -= 1;
    }
  }
}
