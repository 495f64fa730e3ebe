import type { ModelAnswer } from '../algorithms/algorithm.ts';
import { isHelperFailure } from '../algorithms/helper-failure.ts';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import { BoundedQueue } from '../calls/bounded-queue.ts';
import { Circuit } from '../calls/circuit.ts';
import { DeadlineWatch, hanging } from '../calls/deadline-watch.ts';
import { AssayError, type ErrorData, isAssayError } from '../errors/assay-error.ts';
import type { Journal } from '../journal/journal.ts';
import type { AnswerRecord, SampleRecord } from '../journal/journal-record.ts';
import type { StageClock } from '../results/stage-clock.ts';
import type {
  Completion,
  GenerateOptions,
  LogProbability,
  LogProbabilityRequest,
  Prompt,
  Runner,
} from '../runner/runner.ts';
import type { Sample } from '../samples/sample.ts';
import type { HelperDesk } from '../scoring/helper-desk.ts';
import type { Repeats } from '../scoring/reduce-repeats.ts';
import { SamplesUnderWay } from '../scoring/samples-under-way.ts';
import { answerEvent } from './answer-event.ts';
import { logProbabilityOptions, logProbabilityRequest } from './log-probability-call.ts';
import type { RunHooks } from './run-events.ts';
import { toResult, toSampleRecord } from './sample-record.ts';
import { sampleSeed } from './sample-seed.ts';
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
  /** Samples whose line is in the journal already. */
  readonly isDone: (index: number) => boolean;
  readonly known: readonly KnownAnswers[];
  readonly journal: Journal;
  readonly helpers: HelperDesk;
  /** Called once the line of an answer whose sample waits for others is on disk. */
  readonly onAnswer: (record: AnswerRecord) => void;
  /** Called once a sample's line is on disk. */
  readonly onDone: (record: SampleRecord) => void;
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
/** The window of a run that may end early: what is asked ahead of the decision is asked in vain. */
const SHORT_WINDOW = 32;

/**
 * One model over all samples: read → compose → (known answers) → runner → journal → helpers → score → journal.
 * A sample counts (`onDone`) only after its line is on disk.
 */
export class ModelRun {
  readonly #options: ModelRunOptions;
  readonly #waiting = new Map<string, SampleWork>();
  readonly #window: number;
  readonly #prompts: BoundedQueue<Prompt>;
  readonly #continuations: BoundedQueue<LogProbabilityRequest>;
  readonly #streams: Promise<void>[] = [];
  readonly #openStreams = new Set<PlannedAsk['kind']>();
  readonly #finishing = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  readonly #underWay: SamplesUnderWay;
  readonly #circuit: Circuit<Completion | LogProbability>;
  readonly #deadline: DeadlineWatch | undefined;
  /** Questions whose time is over; their answers may still come. */
  readonly #late = new Set<string>();
  #allAnswered: () => void = () => {};
  #failure: unknown;
  #isEnough = false;

  constructor(options: ModelRunOptions) {
    this.#options = options;
    this.#window = options.enough === undefined ? WINDOW : SHORT_WINDOW;
    let read = 0;
    const queue = <T>() =>
      new BoundedQueue<T>(this.#window, () => {
        read += 1;
        if (read === this.#openStreams.size) options.onAsked?.();
      });
    this.#prompts = queue();
    this.#continuations = queue();
    this.#circuit = new Circuit(options.model);
    const { journal, stages } = options;
    this.#underWay = new SamplesUnderWay({ journal, stages, room: (finished) => this.#room(finished) });
    const { deadlineMs } = options;
    if (deadlineMs !== undefined) {
      this.#deadline = new DeadlineWatch({
        deadlineMs,
        onLate: (id) => this.#giveUp(id, deadlineMs),
        onHang: () => this.#fail(hanging(options.model, deadlineMs)),
      });
    }
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
      this.#prompts.close();
      this.#continuations.close();
      await this.#drainStreams();
      if (!this.#isOver) this.#closeUnanswered();
      while (this.#finishing.size > 0) await Promise.all(this.#finishing);
    } catch (thrown) {
      this.#fail(thrown);
    } finally {
      signal.removeEventListener('abort', onAbort);
      enough?.removeEventListener('abort', onEnough);
      this.#deadline?.close();
    }
    // A runner that hangs never ends its streams: what it may still say is not waited for.
    const streams = this.#deadline === undefined ? this.#streams : [];
    await Promise.allSettled([...streams, ...this.#finishing]);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Waits for the runner to end its streams; with a deadline only until every question has its answer. */
  async #drainStreams(): Promise<void> {
    const ended = Promise.all(this.#streams);
    if (this.#deadline === undefined) {
      await ended;
      return;
    }
    const answered = new Promise<void>((resolve) => {
      this.#allAnswered = resolve;
    });
    if (this.#isAnswered || this.#isOver) this.#allAnswered();
    await Promise.race([ended, answered]);
    if (this.#late.size > 0) this.#stop.abort(new AssayError('RUNNER_TIMEOUT', 'every question has its answer'));
  }

  #giveUp(id: string, deadlineMs: number): void {
    this.#late.add(id);
    const error = new AssayError('RUNNER_TIMEOUT', `no answer within ${deadlineMs} ms`, {
      hint: 'deadline_ms of the config allows more.',
    });
    this.#take({ id, ok: false, state: 'timed_out', error: error.toData() });
  }

  get #isOver(): boolean {
    return this.#isEnough || this.#failure !== undefined;
  }

  #fail(reason: unknown): void {
    this.#failure ??= reason;
    this.#halt(reason);
  }

  /** Ends well: what is still under way is of no account. */
  #end(): void {
    this.#isEnough = true;
    this.#halt(new AssayError('RUN_INTERRUPTED', 'enough samples are answered'));
  }

  #halt(reason: unknown): void {
    this.#stop.abort(reason);
    this.#prompts.close();
    this.#continuations.close();
    this.#underWay.release();
    this.#allAnswered();
  }

  async #produce(): Promise<void> {
    let window: SampleWork[] = [];
    for await (const sample of this.#options.samples) {
      if (this.#isOver) return;
      if (this.#options.isDone(sample.index)) continue;
      while (!this.#underWay.hasRoom && !this.#isOver) {
        await this.#dispatch(window);
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
        await this.#dispatch(window);
        window = [];
      }
    }
    await this.#dispatch(window);
  }

  /** Samples that may be under way. A run that may end early begins with few: it asks at most as many again in vain. */
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

  /** Sends a window's questions to the runner, shortest first. */
  async #dispatch(window: readonly SampleWork[]): Promise<void> {
    const asks: { id: string; work: SampleWork; ask: PlannedAsk }[] = [];
    for (const work of window) {
      for (const ask of work.asks.values()) {
        if (!work.results.has(ask.id)) asks.push({ id: `${work.sample.index}/${ask.id}`, work, ask });
      }
    }
    asks.sort((a, b) => a.ask.prompt.text.length - b.ask.prompt.text.length);
    for (const { id, work } of asks) this.#waiting.set(id, work);
    this.#options.stages.enter('model', asks.length);
    for (const { id, work, ask } of asks) {
      this.#openStream(ask.kind);
      this.#deadline?.asked();
      const { text, messages } = ask.prompt;
      if (ask.kind === 'logProbability') {
        await this.#continuations.push(logProbabilityRequest(id, ask));
      } else {
        const seed = sampleSeed(this.#options.seed, work.sample.digest, `generate/${ask.repeat}`);
        await this.#prompts.push({ id, text, seed, ...(messages === undefined ? {} : { messages }) });
      }
    }
  }

  /** A stream to the runner opens at the first question of its kind, so that no capability is asked for in vain. */
  #openStream(kind: PlannedAsk['kind']): void {
    if (this.#openStreams.has(kind)) return;
    this.#openStreams.add(kind);
    const { runner, generate } = this.#options;
    const { signal } = this.#stop;
    const answers =
      kind === 'generate'
        ? () => runner.generate(this.#admitted(this.#prompts), { ...generate, signal })
        : () => runner.logProbabilities(this.#admitted(this.#continuations), logProbabilityOptions(generate, signal));
    this.#streams.push(this.#read(answers));
  }

  /** The queue as the runner sees it: what it takes is under way. */
  #admitted<T extends { readonly id: string }>(queue: BoundedQueue<T>): AsyncIterable<T> {
    const deadline = this.#deadline;
    if (deadline === undefined) return queue;
    return (async function* () {
      for await (const question of queue) {
        deadline.admitted(question.id);
        yield question;
      }
    })();
  }

  async #read(open: () => AsyncIterable<Completion | LogProbability>): Promise<void> {
    try {
      for await (const answer of open()) {
        if (this.#isOver) return;
        this.#take(answer);
      }
    } catch (thrown) {
      // A runner may answer the end of its run with an error.
      if (!this.#isEnough) this.#fail(thrown);
    }
  }

  #take(answer: Completion | LogProbability): void {
    const work = this.#waiting.get(answer.id);
    if (work === undefined) {
      if (this.#late.has(answer.id)) return;
      this.#options.hooks.onWarning?.({
        code: 'RUNNER_FAILED',
        message: `an answer nobody asked for (${answer.id.slice(0, 80)})`,
      });
      return;
    }
    this.#deadline?.answered(answer.id);
    const counting = this.#circuit.take(answer);
    if (isAssayError(counting)) this.#fail(counting);
    else for (const each of counting) this.#settle(each);
    if (this.#isAnswered) this.#allAnswered();
  }

  get #isAnswered(): boolean {
    return this.#waiting.size <= this.#circuit.held;
  }

  #settle(answer: Completion | LogProbability): void {
    const work = this.#waiting.get(answer.id);
    // Answered twice while the first answer was held back.
    if (work === undefined) return;
    this.#waiting.delete(answer.id);
    this.#options.stages.leave('model');
    const askId = answer.id.slice(answer.id.indexOf('/') + 1);
    const result = toResult(answer);
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

  /** What was held back, and what the runner left unanswered when its stream ended. */
  #closeUnanswered(): void {
    const error: ErrorData = {
      code: 'RUNNER_NO_ANSWER',
      message: 'the runner ended without answering',
      retryable: true,
    };
    for (const answer of this.#circuit.release()) this.#settle(answer);
    for (const id of [...this.#waiting.keys()]) this.#settle({ id, ok: false, state: 'failed', error });
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
    const { onDone, hooks, model, instances, helpers, repeats, stages } = this.#options;
    const { outcomes, failure } = await scoreWork(work, instances, helpers, repeats.reducer, stages);
    const record = toSampleRecord(model, work, outcomes, failure);
    // A helper model may be asked again; what the model answered is not.
    if (Object.values(outcomes).some(isHelperFailure)) this.#keepAnswers(work);
    await this.#underWay.commit(record);
    onDone(record);
    const error = record.error?.message ?? null;
    hooks.onSample?.({ model, index: record.sample, state: record.state, error, record });
  }
}
