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
  answer(asks: readonly HelperAsk[]): Promise<readonly (HelperAnswer | { readonly failed: string })[]>;
  close(): Promise<void>;
}

/** A helper's id without loading it. Rejects where the model cannot be had. */
export type DescribeHelper = (kind: HelperAsk['kind'], model: string | undefined) => Promise<string>;

export type OpenHelper = (kind: HelperAsk['kind'], model: string | undefined) => Promise<HelperBackend>;

interface Waiting {
  readonly ask: HelperAsk;
  readonly resolve: (answer: HelperAnswer | { readonly failed: string }) => void;
}

/** Gathers the asks of many samples into batches for the helper models, each opened at its first ask. */
export class HelperDesk {
  readonly #open: OpenHelper;
  readonly #stages: StageClock;
  readonly #counters = new Map<string, Counter>();

  constructor(open: OpenHelper, stages: StageClock) {
    this.#open = open;
    this.#stages = stages;
  }

  /** Never rejects: a helper that cannot be loaded fails its algorithm, not the run. */
  ask(ask: HelperAsk): Promise<HelperAnswer | { readonly failed: string }> {
    const name = `${ask.kind}:${ask.model ?? ''}`;
    let counter = this.#counters.get(name);
    if (counter === undefined) {
      counter = new Counter(() => this.#open(ask.kind, ask.model));
      this.#counters.set(name, counter);
    }
    return counter.ask(ask);
  }

  /** What an algorithm wants to know from helper models about a sample's answers; one failure costs it the sample. */
  async answersFor(
    { algorithm, options }: AlgorithmInstance,
    sample: Sample,
    answers: ReadonlyMap<string, ModelAnswer>,
  ): Promise<HelperAnswers | { readonly unscored: string }> {
    const asks = algorithm.helperAsks?.({ sample, answers }, options) ?? [];
    const found = new Map<string, HelperAnswer>();
    if (asks.length === 0) return found;
    this.#stages.enter('helpers');
    const results = await Promise.all(asks.map((ask) => this.ask(ask)));
    this.#stages.leave('helpers');
    for (const [position, result] of results.entries()) {
      if ('failed' in result) return { unscored: `helper_failed(${result.failed})` };
      found.set(asks[position]!.key, result);
    }
    return found;
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
      this.#backend ??= this.#open();
      return await (await this.#backend).answer(asks);
    } catch (thrown) {
      const { code, message } = toAssayError(thrown, 'MODEL_LOAD');
      return asks.map(() => ({ failed: `${code} ${message}` }));
    }
  }
}
