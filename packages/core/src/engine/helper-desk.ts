import type { HelperAnswer, HelperAsk, ModelAnswer } from '../algorithms/algorithm.ts';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import { toAssayError } from '../errors/assay-error.ts';
import type { Sample } from '../samples/sample.ts';
import type { HelperAnswers } from '../scoring/score-sample.ts';
import type { StageClock } from './stage-clock.ts';

/** A helper model in process: a classifier, an encoder, a judge. Answers stand in the order of the asks. */
export interface HelperBackend {
  /** Pins the model behind it, with its digest. */
  readonly id: string;
  /** What beside the model changes its answers: a judge's instructions and parameters. */
  readonly settings?: string;
  /** Answers from a file: nothing worth keeping. @default false */
  readonly isScripted?: boolean;
  answer(asks: readonly HelperAsk[]): Promise<readonly (HelperAnswer | { readonly failed: string })[]>;
  close(): Promise<void>;
}

/** A helper's id without loading it. Rejects where the model cannot be had. */
export type DescribeHelper = (kind: HelperAsk['kind'], model: string | undefined) => Promise<string>;

export type OpenHelper = (kind: HelperAsk['kind'], model: string | undefined) => Promise<HelperBackend>;

/** A question to a helper model as the cache knows it. */
export interface KnownAsk {
  readonly key: string;
  readonly answer: HelperAnswer | undefined;
  keep(answer: HelperAnswer): void;
}

/** Where answers of helper models may be known from. */
export interface KnownHelpers {
  /**
   * undefined where nothing is kept of this helper.
   * @param sample digest of the sample that it is asked for
   * @param opened loads the helper, where it cannot be known otherwise which it is
   */
  lookUp(ask: HelperAsk, sample: string, opened: () => Promise<HelperBackend>): Promise<KnownAsk | undefined>;
}

interface Waiting {
  readonly ask: HelperAsk;
  readonly resolve: (answer: HelperAnswer | { readonly failed: string }) => void;
}

/** Gathers the asks of many samples into batches for the helper models, each opened at its first ask. */
export class HelperDesk {
  readonly #open: OpenHelper;
  readonly #stages: StageClock;
  readonly #known: KnownHelpers | undefined;
  readonly #counters = new Map<string, Counter>();

  constructor(open: OpenHelper, stages: StageClock, known?: KnownHelpers) {
    this.#open = open;
    this.#stages = stages;
    this.#known = known;
  }

  /**
   * What an algorithm wants to know from helper models about a sample's answers; one failure costs it the sample.
   * Never rejects: a helper that cannot be loaded fails its algorithm, not the run.
   * @param keys takes the cache keys looked up, and whether the answer was there
   */
  async answersFor(
    { algorithm, options }: AlgorithmInstance,
    sample: Sample,
    answers: ReadonlyMap<string, ModelAnswer>,
    keys: Map<string, boolean>,
  ): Promise<HelperAnswers | { readonly unscored: string }> {
    const asks = algorithm.helperAsks?.({ sample, answers }, options) ?? [];
    const found = new Map<string, HelperAnswer>();
    if (asks.length === 0) return found;
    this.#stages.enter('helpers');
    const results = await Promise.all(asks.map((ask) => this.#ask(ask, sample.digest, keys)));
    this.#stages.leave('helpers');
    for (const [position, result] of results.entries()) {
      if ('failed' in result) return { unscored: `helper_failed(${result.failed})` };
      found.set(asks[position]!.key, result);
    }
    return found;
  }

  async #ask(
    ask: HelperAsk,
    sample: string,
    keys: Map<string, boolean>,
  ): Promise<HelperAnswer | { readonly failed: string }> {
    const counter = this.#counterOf(ask);
    const known = await this.#known?.lookUp(ask, sample, () => counter.opened());
    if (known === undefined) return counter.ask(ask);
    keys.set(known.key, known.answer !== undefined);
    if (known.answer !== undefined) return known.answer;
    const answer = await counter.ask(ask);
    if (!('failed' in answer)) known.keep(answer);
    return answer;
  }

  #counterOf({ kind, model }: HelperAsk): Counter {
    const name = `${kind}:${model ?? ''}`;
    const counter = this.#counters.get(name) ?? new Counter(() => this.#open(kind, model));
    this.#counters.set(name, counter);
    return counter;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#counters.values()].map((counter) => counter.close()));
  }
}

/** Asks in one batch at most: enough to fill a padded encoder batch several times over. */
const BATCH = 256;

class Counter {
  readonly #open: () => Promise<HelperBackend>;
  #backend: Promise<HelperBackend> | undefined;
  #waiting: Waiting[] = [];
  #busy = false;

  constructor(open: () => Promise<HelperBackend>) {
    this.#open = open;
  }

  /** The helper, loaded; rejects where it cannot be. */
  opened(): Promise<HelperBackend> {
    this.#backend ??= this.#open();
    return this.#backend;
  }

  ask(ask: HelperAsk): Promise<HelperAnswer | { readonly failed: string }> {
    return new Promise((resolve) => {
      this.#waiting.push({ ask, resolve });
      if (this.#busy) return;
      this.#busy = true;
      // Asks made in the same turn of the event loop go together.
      setImmediate(() => void this.#work());
    });
  }

  async close(): Promise<void> {
    const backend = await this.#backend?.catch(() => undefined);
    await backend?.close();
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH);
      const answers = await this.#answer(batch.map(({ ask }) => ask));
      for (const [position, { resolve }] of batch.entries()) {
        resolve(answers[position] ?? { failed: 'the helper model gave no answer' });
      }
    }
    this.#busy = false;
  }

  async #answer(asks: readonly HelperAsk[]): Promise<readonly (HelperAnswer | { readonly failed: string })[]> {
    try {
      return await (await this.opened()).answer(asks);
    } catch (thrown) {
      const { code, message } = toAssayError(thrown, 'MODEL_LOAD');
      return asks.map(() => ({ failed: `${code} ${message}` }));
    }
  }
}
