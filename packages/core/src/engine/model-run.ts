import type { ModelAnswer } from '../algorithms/algorithm.ts';
import { isHelperFailure } from '../algorithms/helper-failure.ts';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import { AssayError } from '../errors/assay-error.ts';
import type { Journal } from '../journal/journal.ts';
import type { AnswerRecord, SampleRecord } from '../journal/journal-record.ts';
import type { StageClock } from '../results/stage-clock.ts';
import type { GenerateOptions, Runner } from '../runner/runner.ts';
import type { Keep } from '../samples/keep.ts';
import type { Sample } from '../samples/sample.ts';
import type { HelperDesk } from '../scoring/helper-desk.ts';
import type { Repeats } from '../scoring/reduce-repeats.ts';
import { SamplesUnderWay } from '../scoring/samples-under-way.ts';
import { turnIfDue } from '../storage/event-loop.ts';
import { answerEvent } from './answer-event.ts';
import type { RunHooks } from './run-events.ts';
import type { RunnerAnswer } from './runner-call.ts';
import { RunnerQuestions } from './runner-questions.ts';
import { toResult, toSampleRecord } from './sample-record.ts';
import { type Compose, hasFailure, type PlannedAsk, planSample, type SampleWork } from './sample-work.ts';
import { scoreWork } from './score-work.ts';

/** Where answers may already lie: the journal of an interrupted run, the dataset, a cache. */
export interface KnownAnswers {
  find(work: SampleWork, ask: PlannedAsk): Promise<ModelAnswer | undefined> | ModelAnswer | undefined;
  /** Called for every new answer of the model. */
  keep?(work: SampleWork, ask: PlannedAsk, answer: ModelAnswer): void;
}

export interface ModelRunOptions {
  readonly model: string;
  readonly runner: Runner;
  readonly generate: GenerateOptions;
  readonly compose: Compose;
  readonly instances: readonly AlgorithmInstance[];
  readonly samples: AsyncIterable<Sample>;
  readonly seed: number;
  readonly repeats: Repeats;
  /** What of each sample goes to the journal. @default prompts and outputs */
  readonly keep?: Keep | undefined;
  /** Samples whose line is in the journal already. */
  readonly isDone: (index: number) => boolean;
  readonly known: readonly KnownAnswers[];
  readonly journal: Journal;
  readonly helpers: HelperDesk;
  /** Called once the line of an answer whose sample waits for others is on disk. */
  readonly onAnswer: (record: AnswerRecord) => void;
  /** Called once a sample's line is on disk. */
  readonly onDone: (record: SampleRecord) => void;
  /** Opens the runner, where that waits for a first question; called before each window of questions. */
  readonly ready?: (() => Promise<void>) | undefined;
  /** Called once the runner has taken the last question; answers are still to come. */
  readonly onAsked?: () => void;
  readonly hooks: RunHooks;
  readonly stages: StageClock;
  /** Milliseconds after which a question that the runner has taken is timed out. */
  readonly deadlineMs?: number;
  /** Aborts when no further sample is wanted: the run then ends well. Fewer samples are under way at a time. */
  readonly enough?: AbortSignal;
  readonly signal: AbortSignal;
}

/** Samples read ahead and sorted by length, so that batches pad little. */
const WINDOW = 256;
/** Samples between reading and disk at any time: the bound on memory. */
const IN_FLIGHT_WINDOWS = 4;
/** The window of a run that may end early: what is asked ahead of the decision is wasted. */
const SHORT_WINDOW = 32;

/**
 * One model over all samples: read → compose → (known answers) → runner → journal → helpers → score → journal.
 * A sample counts (`onDone`) only after its line is on disk.
 */
export class ModelRun {
  readonly #options: ModelRunOptions;
  readonly #window: number;
  readonly #questions: RunnerQuestions;
  readonly #finishing = new Set<Promise<void>>();
  readonly #underWay: SamplesUnderWay;
  #failure: unknown;
  #isEnough = false;

  constructor(options: ModelRunOptions) {
    this.#options = options;
    this.#window = options.enough === undefined ? WINDOW : SHORT_WINDOW;
    const { journal, stages, model, runner, generate, seed, hooks, deadlineMs, onAsked, ready } = options;
    this.#underWay = new SamplesUnderWay({ journal, stages, room: (finished) => this.#room(finished) });
    this.#questions = new RunnerQuestions({
      ...{ model, runner, generate, seed, hooks, stages, deadlineMs, onAsked, ready },
      room: this.#window,
      onAnswer: (work, askId, answer) => this.#settle(work, askId, answer),
      onFailure: (thrown) => this.#fail(thrown),
    });
  }

  async run(): Promise<void> {
    const { signal, enough } = this.#options;
    const onAbort = () => this.#fail(signal.reason);
    const onEnough = () => this.#end();
    signal.addEventListener('abort', onAbort, { once: true });
    enough?.addEventListener('abort', onEnough, { once: true });
    if (signal.aborted) onAbort();
    if (enough?.aborted === true) onEnough();
    try {
      await this.#produce();
      this.#underWay.seal();
      await this.#questions.close();
      if (!this.#isOver) this.#questions.closeUnanswered();
      while (this.#finishing.size > 0) await Promise.all(this.#finishing);
    } catch (thrown) {
      this.#fail(thrown);
    } finally {
      signal.removeEventListener('abort', onAbort);
      enough?.removeEventListener('abort', onEnough);
    }
    await Promise.allSettled([this.#questions.still(), ...this.#finishing]);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Whether the runner was given up on some question, and so may hang. */
  get mayHang(): boolean {
    return this.#questions.late > 0;
  }

  get #isOver(): boolean {
    return this.#isEnough || this.#failure !== undefined;
  }

  #fail(reason: unknown): void {
    this.#failure ??= reason;
    this.#halt(reason);
  }

  /** Ends well: what is still under way is ignored. */
  #end(): void {
    this.#isEnough = true;
    this.#halt(new AssayError('RUN_INTERRUPTED', 'enough samples are answered'));
  }

  #halt(reason: unknown): void {
    this.#questions.halt(reason);
    this.#underWay.release();
  }

  async #produce(): Promise<void> {
    let window: SampleWork[] = [];
    for await (const sample of this.#options.samples) {
      if (this.#isOver) return;
      if (this.#options.isDone(sample.index)) continue;
      while (!this.#underWay.hasRoom && !this.#isOver) {
        await this.#questions.ask(window);
        window = [];
        if (!this.#underWay.hasRoom && !this.#isOver) await this.#underWay.nextLeft();
      }
      this.#underWay.enter();
      const { instances, compose, seed, repeats } = this.#options;
      const work = planSample(sample, instances, compose, seed, repeats.times);
      await this.#takeKnown(work);
      if (work.results.size === work.asks.size) this.#finish(work);
      else window.push(work);
      if (window.length >= this.#window) {
        await this.#questions.ask(window);
        window = [];
      }
    }
    await this.#questions.ask(window);
  }

  /** Samples that may be under way. A run that may end early begins with few: it wastes at most as many questions again. */
  #room(finished: number): number {
    const most = IN_FLIGHT_WINDOWS * this.#window;
    const room = this.#options.enough === undefined ? most : Math.min(most, Math.max(this.#window, finished));
    return Math.max(room, this.#options.runner.gathers ?? 0);
  }

  async #takeKnown(work: SampleWork): Promise<void> {
    for (const ask of work.asks.values()) {
      for (const source of this.#options.known) {
        const found = source.find(work, ask);
        const answer = found instanceof Promise ? await found : found;
        if (answer === undefined) continue;
        work.results.set(ask.id, { answer, attempts: 0 });
        break;
      }
    }
  }

  #settle(work: SampleWork, askId: string, answer: RunnerAnswer): void {
    const result = toResult(answer, this.#options.generate.logProbabilities);
    work.results.set(askId, result);
    const { hooks, model: name } = this.#options;
    if (hooks.onAnswer !== undefined) hooks.onAnswer(answerEvent(name, work, askId, result));
    if ('answer' in result) {
      const ask = work.asks.get(askId)!;
      for (const source of this.#options.known) source.keep?.(work, ask, result.answer);
    }
    const isWhole = work.results.size === work.asks.size;
    if (isWhole) this.#finish(work);
    // What was answered of a sample that failed is not asked for again.
    if ('answer' in result && (!isWhole || hasFailure(work))) this.#keepAnswer(work, askId, result.answer);
  }

  #keepAnswer(work: SampleWork, ask: string, answer: ModelAnswer): void {
    const { journal, model, onAnswer } = this.#options;
    const record = { kind: 'answer', model, sample: work.sample.index, ask, answer } as const;
    journal.append(record).then(
      () => onAnswer(record),
      (thrown) => this.#fail(thrown),
    );
  }

  #keepAnswers(work: SampleWork): void {
    for (const [ask, result] of work.results) if ('answer' in result) this.#keepAnswer(work, ask, result.answer);
  }

  #finish(work: SampleWork): void {
    const finished = this.#score(work)
      .catch((thrown) => this.#fail(thrown))
      .finally(() => {
        this.#finishing.delete(finished);
        this.#underWay.leave();
      });
    this.#finishing.add(finished);
  }

  async #score(work: SampleWork): Promise<void> {
    const { onDone, hooks, model, instances, helpers, repeats, stages, keep, signal } = this.#options;
    const turn = turnIfDue();
    if (turn !== undefined) {
      await turn;
      // Scoring is slow here: what was paid for is kept, and a run that goes on scores it.
      if (signal.aborted) {
        this.#keepAnswers(work);
        return;
      }
    }
    const { outcomes, failure } = await scoreWork(work, instances, helpers, repeats.reducer, stages);
    const record = toSampleRecord(model, work, outcomes, failure, keep);
    // A helper model may be asked again; what the model answered is not.
    if (Object.values(outcomes).some(isHelperFailure)) this.#keepAnswers(work);
    await this.#underWay.commit(record);
    onDone(record);
    const error = record.error?.message ?? null;
    hooks.onSample?.({ model, index: record.sample, state: record.state, error, record });
  }
}
