import type { ModelAnswer } from '../algorithms/algorithm.ts';
import type { AnswerCache } from '../cache/answer-cache.ts';
import { answerKey, answerKeyParts } from '../cache/answer-key.ts';
import type { GenerateOptions, Runner } from '../runner/runner.ts';
import type { KnownAnswers } from './model-run.ts';
import { sampleSeed } from './sample-seed.ts';
import type { PlannedAsk, SampleWork } from './sample-work.ts';

/** The cache as a source of answers for one model. */
export class CachedAnswers implements KnownAnswers {
  readonly #cache: AnswerCache;
  readonly #runner: string;
  readonly #isGreedy: boolean;
  readonly #generate: GenerateOptions;
  readonly #runSeed: number;

  constructor(cache: AnswerCache, runner: Pick<Runner, 'id' | 'isGreedy'>, generate: GenerateOptions, runSeed: number) {
    this.#cache = cache;
    this.#runner = runner.id;
    this.#isGreedy = runner.isGreedy?.(generate) === true;
    this.#generate = generate;
    this.#runSeed = runSeed;
  }

  find(work: SampleWork, ask: PlannedAsk): ModelAnswer | undefined {
    const key = answerKey(this.#parts(work, ask));
    const answer = this.#cache.find(key)?.answer;
    const isKnown = answer !== undefined && 'elapsedMs' in answer && answer.kind === ask.kind && this.#isWhole(answer);
    work.cacheKeys.set(key, isKnown);
    // The time belongs to the run that asked.
    return isKnown ? { ...answer, elapsedMs: 0 } : undefined;
  }

  /** An answer without its tokens is asked again where they are wanted. */
  #isWhole(answer: ModelAnswer): boolean {
    return this.#generate.logProbabilities !== true || answer.kind === 'similarity' || answer.tokens !== undefined;
  }

  keep(work: SampleWork, ask: PlannedAsk, answer: ModelAnswer): void {
    const parts = this.#parts(work, ask);
    this.#cache.keep(answerKey(parts), { answer, parts, sample: work.sample.digest, keptAt: Date.now() });
  }

  #parts({ sample }: SampleWork, ask: PlannedAsk) {
    if (this.#isGreedy) return answerKeyParts(this.#runner, ask, this.#generate, undefined);
    const seed = sampleSeed(this.#runSeed, sample.digest, `generate/${ask.repeat}`);
    return answerKeyParts(this.#runner, ask, this.#generate, { repeat: ask.repeat, seed });
  }
}
