import { BoundedQueue } from '../calls/bounded-queue.ts';
import { Circuit } from '../calls/circuit.ts';
import { DeadlineWatch, hanging } from '../calls/deadline-watch.ts';
import { AssayError, type ErrorData, isAssayError } from '../errors/assay-error.ts';
import type { StageClock } from '../results/stage-clock.ts';
import type { GenerateOptions, Runner } from '../runner/runner.ts';
import type { RunHooks } from './run-events.ts';
import { askRunner, type RunnerAnswer, type RunnerRequest, runnerRequest } from './runner-call.ts';
import { sampleSeed } from './sample-seed.ts';
import type { PlannedAsk, SampleWork } from './sample-work.ts';

export interface RunnerQuestionsOptions {
  readonly model: string;
  readonly runner: Runner;
  readonly generate: GenerateOptions;
  readonly seed: number;
  /** Questions that wait for the runner to take them. */
  readonly room: number;
  readonly hooks: RunHooks;
  readonly stages: StageClock;
  /** Milliseconds after which a question that the runner has taken is timed out. */
  readonly deadlineMs?: number | undefined;
  /** Opens the runner, where that waits for a first question. */
  readonly ready?: (() => Promise<void>) | undefined;
  /** An answer that counts, once for each question. */
  readonly onAnswer: (work: SampleWork, askId: string, answer: RunnerAnswer) => void;
  /** Called once the runner has taken the last question; answers are still to come. */
  readonly onAsked?: (() => void) | undefined;
  /** The runner threw, hangs or is down. */
  readonly onFailure: (thrown: unknown) => void;
}

/** Longest wait for a runner that was told to stop. */
const STILL_MS = 1_000;

/** The questions of one model to its runner: queued, given out as it takes them, each answered once or timed out. */
export class RunnerQuestions {
  readonly #options: RunnerQuestionsOptions;
  readonly #waiting = new Map<string, SampleWork>();
  /** Questions of each kind that was asked, on their way to the runner. */
  readonly #queues = new Map<PlannedAsk['kind'], BoundedQueue<RunnerRequest>>();
  readonly #streams: Promise<void>[] = [];
  readonly #stop = new AbortController();
  readonly #circuit: Circuit<RunnerAnswer>;
  readonly #deadline: DeadlineWatch | undefined;
  /** Questions whose time is over; their answers may still come. */
  readonly #late = new Set<string>();
  /** Queues that the runner has read to their end. */
  #readQueues = 0;
  #allAnswered: () => void = () => {};

  constructor(options: RunnerQuestionsOptions) {
    this.#options = options;
    this.#circuit = new Circuit(options.model);
    const { deadlineMs } = options;
    if (deadlineMs !== undefined) {
      this.#deadline = new DeadlineWatch({
        deadlineMs,
        onLate: (id) => this.#giveUp(id, deadlineMs),
        onHang: () => options.onFailure(hanging(options.model, deadlineMs)),
      });
    }
  }

  /** No further question comes. Resolves when the runner has ended its streams; with a deadline, when all is answered. */
  async close(): Promise<void> {
    this.#closeQueues();
    await this.#drainStreams();
  }

  /** Questions that timed out: the runner may hang on them. */
  get late(): number {
    return this.#late.size;
  }

  /** Ends without waiting for answers. */
  halt(reason: unknown): void {
    this.#stop.abort(reason);
    this.#closeQueues();
    this.#allAnswered();
  }

  #closeQueues(): void {
    for (const queue of this.#queues.values()) queue.close();
  }

  /** Resolves when the runner is still. One that hangs never ends its streams: it is not waited for long. */
  async still(): Promise<void> {
    this.#deadline?.close();
    if (this.#deadline !== undefined) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, STILL_MS);
    });
    await Promise.race([Promise.allSettled(this.#streams), this.#isHalted ? late : new Promise(() => {})]);
    clearTimeout(timer);
  }

  /** Sends a window's questions to the runner, shortest first. */
  async ask(window: readonly SampleWork[]): Promise<void> {
    const asks: { id: string; work: SampleWork; ask: PlannedAsk }[] = [];
    for (const work of window) {
      for (const ask of work.asks.values()) {
        if (!work.results.has(ask.id)) asks.push({ id: `${work.sample.index}/${ask.id}`, work, ask });
      }
    }
    // No deadline runs while weights are loaded.
    if (asks.length > 0) await this.#options.ready?.();
    asks.sort((a, b) => a.ask.prompt.text.length - b.ask.prompt.text.length);
    for (const { id, work } of asks) this.#waiting.set(id, work);
    this.#options.stages.enter('model', asks.length);
    for (const { id, work, ask } of asks) {
      const queue = this.#queueOf(ask.kind);
      this.#deadline?.asked();
      const seed = sampleSeed(this.#options.seed, work.sample.digest, `generate/${ask.repeat}`);
      await queue.push(runnerRequest(id, ask, seed));
    }
  }

  /** A stream to the runner opens at the first question of its kind, so that no capability is asked for without need. */
  #queueOf(kind: PlannedAsk['kind']): BoundedQueue<RunnerRequest> {
    const open = this.#queues.get(kind);
    if (open !== undefined) return open;
    const { runner, generate, room, onAsked } = this.#options;
    const { signal } = this.#stop;
    const queue = new BoundedQueue<RunnerRequest>(room, () => {
      this.#readQueues += 1;
      if (this.#readQueues === this.#queues.size) onAsked?.();
    });
    this.#queues.set(kind, queue);
    if (this.#isHalted) queue.close();
    this.#streams.push(this.#read(() => askRunner(runner, kind, this.#admitted(queue), { ...generate, signal })));
    return queue;
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

  async #read(open: () => AsyncIterable<RunnerAnswer>): Promise<void> {
    try {
      for await (const answer of open()) {
        if (this.#isHalted) return;
        this.#take(answer);
      }
    } catch (thrown) {
      // A runner may answer the end of its run with an error.
      if (!this.#isHalted) this.#options.onFailure(thrown);
    }
  }

  #take(answer: RunnerAnswer): void {
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
    if (isAssayError(counting)) this.#options.onFailure(counting);
    else for (const each of counting) this.#settle(each);
    if (this.#isAnswered) this.#allAnswered();
  }

  get #isAnswered(): boolean {
    return this.#waiting.size <= this.#circuit.held;
  }

  #settle(answer: RunnerAnswer): void {
    const work = this.#waiting.get(answer.id);
    // Answered twice while the first answer was held back.
    if (work === undefined) return;
    this.#waiting.delete(answer.id);
    this.#options.stages.leave('model');
    this.#options.onAnswer(work, answer.id.slice(answer.id.indexOf('/') + 1), answer);
  }

  /** What was held back, and what the runner left unanswered when its stream ended, comes to its end. */
  closeUnanswered(): void {
    const error: ErrorData = {
      code: 'RUNNER_NO_ANSWER',
      message: 'the runner ended without answering',
      retryable: true,
    };
    for (const answer of this.#circuit.release()) this.#settle(answer);
    for (const id of [...this.#waiting.keys()]) this.#settle({ id, ok: false, state: 'failed', error });
  }

  get #isHalted(): boolean {
    return this.#stop.signal.aborted;
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
    if (this.#isAnswered || this.#isHalted) this.#allAnswered();
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
}
