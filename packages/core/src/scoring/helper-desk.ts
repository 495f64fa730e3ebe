import type { HelperAnswer, HelperAsk, ModelAnswer, Unscored } from '../algorithms/algorithm.ts';
import { HELPER_FAILED } from '../algorithms/helper-failure.ts';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import { type ErrorData, toAssayError } from '../errors/assay-error.ts';
import type { StageClock } from '../results/stage-clock.ts';
import type { Sample } from '../samples/sample.ts';
import type { HelperAnswers } from './score-sample.ts';

/** Why a helper model has no answer. */
export type HelperFailure = Pick<ErrorData, 'code' | 'message'>;

export type HelperResult = HelperAnswer | { readonly failed: HelperFailure };

/** A helper model in process: a classifier, an encoder, a judge. Answers stand in the order of the asks. */
export interface HelperBackend {
  /** Pins the model behind it, with its digest. */
  readonly id: string;
  /** What beside the model changes its answers: a judge's instructions and parameters. */
  readonly settings?: string;
  /** Answers from a file: nothing worth keeping. @default false */
  readonly isScripted?: boolean;
  answer(asks: readonly HelperAsk[]): Promise<readonly HelperResult[]>;
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
  readonly resolve: (answer: HelperResult) => void;
}

/** What the engine wants to know about the asking for one sample. */
export interface HelperAsking {
  /** Takes the cache keys looked up, and whether the answer was there. */
  readonly keys: Map<string, boolean>;
  readonly stages: StageClock;
}

const tooLong = (most: number): Unscored => ({
  unscored: 'too_long',
  detail: `texts of more than ${most} pairs of characters for BERTScore (dataset.budgets.bertscore_pairs)`,
});

const isLonger = (ask: HelperAsk, most: number): boolean =>
  ask.kind === 'bertscore' && ask.candidate.length * ask.reference.length > most;

/** Gathers the asks of many samples, and of all models of a run, into batches for the helper models, each opened at its first ask. */
export class HelperDesk {
  readonly #open: OpenHelper;
  readonly #known: KnownHelpers | undefined;
  readonly #onFailure: (failure: HelperFailure) => void;
  readonly #told = new Set<string>();
  readonly #counters = new Map<string, Counter>();

  /** @param onFailure told of the first failure of each helper model by each code */
  constructor(open: OpenHelper, known?: KnownHelpers, onFailure: (failure: HelperFailure) => void = () => {}) {
    this.#open = open;
    this.#known = known;
    this.#onFailure = onFailure;
  }

  /**
   * What an algorithm wants to know from helper models about a sample's answers; one failure costs it the sample.
   * Never rejects: a helper that cannot be loaded fails its algorithm, not the run.
   */
  async answersFor(
    { algorithm, options, limits: { bertscore_pairs: most } }: AlgorithmInstance,
    sample: Sample,
    answers: ReadonlyMap<string, ModelAnswer>,
    { keys, stages }: HelperAsking,
  ): Promise<HelperAnswers | Unscored> {
    const found = new Map<string, HelperAnswer>();
    const asked = new Set<string>();
    const input = { sample, answers };
    let asks = asksOr(() => algorithm.helperAsks?.(input, options) ?? []);
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      if ('unscored' in asks) return asks;
      const own = asks.filter(({ key }) => !asked.has(key));
      if (own.length === 0) break;
      if (own.some((ask) => isLonger(ask, most))) return tooLong(most);
      stages.enter('helpers');
      const results = await Promise.all(own.map((ask) => this.#ask(ask, sample.digest, keys)));
      stages.leave('helpers');
      for (const [position, result] of results.entries()) {
        const ask = own[position]!;
        asked.add(ask.key);
        if ('failed' in result) {
          this.#tell(ask, result.failed);
          if (ask.kind === 'judge' && ask.isOptional === true) continue;
          return { unscored: `${HELPER_FAILED}(${result.failed.code})`, detail: result.failed.message };
        }
        found.set(ask.key, result);
      }
      if (algorithm.furtherAsks === undefined) break;
      asks = asksOr(() => algorithm.furtherAsks!({ ...input, helpers: found }, options));
    }
    return found;
  }

  #tell(ask: HelperAsk, { code, message }: HelperFailure): void {
    const what = `${nameOf(ask)} ${code}`;
    if (this.#told.has(what)) return;
    this.#told.add(what);
    const name = ask.kind === 'judge' || ask.model === undefined ? ask.kind : `${ask.kind} (${ask.model})`;
    this.#onFailure({ code, message: `the helper model for ${name} failed: ${message}` });
  }

  async #ask(ask: HelperAsk, sample: string, keys: Map<string, boolean>): Promise<HelperResult> {
    const counter = this.#counterOf(ask);
    const known = await this.#known?.lookUp(ask, sample, () => counter.opened());
    if (known === undefined) return counter.ask(ask);
    keys.set(known.key, known.answer !== undefined);
    if (known.answer !== undefined) return known.answer;
    const answer = await counter.ask(ask);
    if (!('failed' in answer)) known.keep(answer);
    return answer;
  }

  #counterOf(ask: HelperAsk): Counter {
    const name = nameOf(ask);
    const counter = this.#counters.get(name) ?? new Counter(() => this.#open(ask.kind, ask.model));
    this.#counters.set(name, counter);
    return counter;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#counters.values()].map((counter) => counter.close()));
  }
}

/** A cascade asks its judges one after another, then for repeats, then why: more rounds are an algorithm that never ends. */
const MOST_ROUNDS = 64;

/** What an algorithm wants to ask; a fault in it costs the sample. */
function asksOr(ask: () => readonly HelperAsk[]): readonly HelperAsk[] | Unscored {
  try {
    return ask();
  } catch (thrown) {
    return { unscored: 'asking_failed', detail: toAssayError(thrown, 'SCORING_FAILED').message };
  }
}

function nameOf({ kind, model = '' }: HelperAsk): string {
  return `${kind}:${model}`;
}

const NO_ANSWER: HelperFailure = { code: 'RUNNER_NO_ANSWER', message: 'the helper model gave no answer' };

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

  ask(ask: HelperAsk): Promise<HelperResult> {
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
        resolve(answers[position] ?? { failed: NO_ANSWER });
      }
    }
    this.#busy = false;
  }

  async #answer(asks: readonly HelperAsk[]): Promise<readonly HelperResult[]> {
    try {
      return await (await this.opened()).answer(asks);
    } catch (thrown) {
      const { code, message } = toAssayError(thrown, 'MODEL_LOAD');
      return asks.map(() => ({ failed: { code, message } }));
    }
  }
}
