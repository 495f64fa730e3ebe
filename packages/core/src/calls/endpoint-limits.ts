import { AdaptiveConcurrency } from './adaptive-concurrency.ts';

/** Requests under way at first. */
const FIRST = 16;

/** A limit on requests under way, as those who make them see it. */
export interface Concurrency {
  /** Resolves when there is room. @returns a ticket for `overloaded` */
  acquire(): Promise<number>;
  /** An answer came in good time. */
  succeeded(): void;
  /** The far side throttled, or did not answer in time. */
  overloaded(ticket: number): void;
  /** The request is over. */
  release(): void;
}

/**
 * The endpoints of a run, each with one adaptive limit for all models that it serves: what one of them learns of its load
 * holds for all. Room goes to whoever has waited longest, so that models take turns.
 */
export class EndpointLimits {
  readonly #limits = new Map<string, AdaptiveConcurrency>();

  /**
   * @param endpoint names what the models share: a URL, a region and an endpoint's name
   * @param max most requests of this model under way at a time
   */
  join(endpoint: string, max: number): Concurrency {
    const options = { max, initial: Math.min(FIRST, max) };
    let shared = this.#limits.get(endpoint);
    if (shared === undefined) {
      shared = new AdaptiveConcurrency(options);
      this.#limits.set(endpoint, shared);
    } else shared.widen(options);
    return new Share(shared, max);
  }
}

/** One model's part: never more than its own maximum, never more than the endpoint can take. */
class Share implements Concurrency {
  readonly #shared: AdaptiveConcurrency;
  readonly #own: AdaptiveConcurrency;

  constructor(shared: AdaptiveConcurrency, max: number) {
    this.#shared = shared;
    this.#own = new AdaptiveConcurrency({ max, initial: max });
  }

  async acquire(): Promise<number> {
    await this.#own.acquire();
    return this.#shared.acquire();
  }

  succeeded(): void {
    this.#shared.succeeded();
  }

  overloaded(ticket: number): void {
    this.#shared.overloaded(ticket);
  }

  release(): void {
    this.#shared.release();
    this.#own.release();
  }
}
