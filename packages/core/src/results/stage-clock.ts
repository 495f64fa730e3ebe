import { performance } from 'node:perf_hooks';

/** What a run can be waiting for, or busy with; `own` is everything else that this thread does. */
export const STAGES = ['loading', 'reading', 'model', 'helpers', 'disk', 'scoring', 'own'] as const;
export type Stage = (typeof STAGES)[number];

/** Milliseconds by stage; they add up to the time that a model took. */
export type SpentMs = Readonly<Record<Stage, number>>;

export interface StageClockOptions {
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** Milliseconds that this thread has worked since it began. */
  readonly busy: () => number;
}

type Counted = 'model' | 'helpers' | 'disk' | 'scoring';
const COUNTED: readonly Counted[] = ['model', 'helpers', 'scoring', 'disk'];

const SYSTEM: StageClockOptions = {
  now: () => performance.now(),
  busy: () => performance.eventLoopUtilization().active,
};

/**
 * Where the time of one model's run goes. Stages count what lies with them, and time passes on the account of the
 * stage with the most: in a bounded pipeline that is the slow one. With nothing anywhere, the run waits for its reader.
 * A change of counts costs some tens of nanoseconds; the time is only looked at when another stage takes the lead.
 */
export class StageClock {
  readonly #now: () => number;
  readonly #busy: () => number;
  #startedAt: number;
  #busyBefore: number;
  readonly #counts: Record<Counted, number> = { model: 0, helpers: 0, disk: 0, scoring: 0 };
  readonly #waitedMs: Record<Counted | 'reading', number> = {
    reading: 0,
    model: 0,
    helpers: 0,
    disk: 0,
    scoring: 0,
  };
  #leader: Counted | 'reading' = 'reading';
  #since: number;
  #scoredMs = 0;
  #loadedMs = 0;
  #isLoading = false;
  #spent: SpentMs | undefined;

  constructor({ now, busy }: StageClockOptions = SYSTEM) {
    this.#now = now;
    this.#busy = busy;
    this.#startedAt = now();
    this.#since = this.#startedAt;
    this.#busyBefore = busy();
  }

  enter(stage: Counted, count = 1): void {
    this.#counts[stage] += count;
    this.#lead();
  }

  leave(stage: Counted, count = 1): void {
    this.#counts[stage] -= count;
    this.#lead();
  }

  /** Opens a model: until it is open, all time and this thread's work are loading. */
  async load<T>(open: () => Promise<T>): Promise<T> {
    const from = this.#pass();
    const busyFrom = this.#busy();
    this.#isLoading = true;
    try {
      return await open();
    } finally {
      const tookMs = this.#pass() - from;
      this.#isLoading = false;
      this.#loadedMs += tookMs;
      this.#startedAt += tookMs;
      this.#busyBefore += this.#busy() - busyFrom;
    }
  }

  /** Runs `score` in this thread on the account of scoring. */
  score<T>(score: () => T): T {
    const startedAt = this.#now();
    const result = score();
    this.#scoredMs += this.#now() - startedAt;
    return result;
  }

  /** Ends the clock. */
  stop(): SpentMs {
    if (this.#spent !== undefined) return this.#spent;
    const endedAt = this.#pass();
    const elapsedMs = endedAt - this.#startedAt;
    const busyMs = Math.min(elapsedMs, this.#busy() - this.#busyBefore);
    const scoredMs = Math.min(this.#scoredMs, elapsedMs);
    const ownMs = Math.max(0, busyMs - scoredMs);
    // Only a thread that does nothing waits; its work is spread evenly over the waits that it fell into.
    const idle = elapsedMs === 0 ? 0 : Math.max(0, elapsedMs - scoredMs - ownMs) / elapsedMs;
    const { reading, model, helpers, disk, scoring } = this.#waitedMs;
    this.#spent = {
      loading: this.#loadedMs,
      reading: reading * idle,
      model: model * idle,
      helpers: helpers * idle,
      disk: disk * idle,
      scoring: scoring * idle + scoredMs,
      own: ownMs,
    };
    return this.#spent;
  }

  #lead(): void {
    let leader: Counted | 'reading' = 'reading';
    let most = 0;
    for (const stage of COUNTED) {
      if (this.#counts[stage] <= most) continue;
      most = this.#counts[stage];
      leader = stage;
    }
    if (leader === this.#leader) return;
    this.#pass();
    this.#leader = leader;
  }

  #pass(): number {
    const now = this.#now();
    if (!this.#isLoading) this.#waitedMs[this.#leader] += now - this.#since;
    this.#since = now;
    return now;
  }
}
