import { CacheBudget, type CacheHolder } from '../layouts/cache-budget.ts';
import type { CausalModel, Distributions, StepRow } from '../layouts/causal-model.ts';
import type { KvCache } from '../layouts/kv-cache.ts';
import { HeldPrefixes } from '../prefixes/held-prefixes.ts';
import { PREFILL_CHUNK } from '../prefixes/prefill-chunk.ts';
import type { BatchLimits, GenerateJob } from '../worker/messages.ts';
import { fullLength, type GenerationRow, startRow } from './generation-row.ts';
import { nextGroup } from './next-group.ts';
import type { MakeConstraint } from './row-constraints.ts';
import { failedRow } from './row-result.ts';
import { RowSlots } from './row-slots.ts';
import { candidatesWanted } from './sampling.ts';
import type { TokenConstraint } from './token-constraint.ts';
import { type EnginePass, TokenTaker } from './token-taker.ts';

/** Candidates of a constrained answer: one of so many is most often allowed. */
const CONSTRAINED_CANDIDATES = 64;

/**
 * Continuous batching over one model. Rows that decode stand in front, rows whose prompt is being read behind them, so a
 * pass over either feeds consecutive cache slots without a copy; a finished row's slot is taken by the last row, and the
 * next prompt joins at the end. What of a prompt is held already is copied there and not read again.
 */
export class GenerationEngine implements CacheHolder {
  readonly #model: CausalModel;
  readonly #cache: KvCache;
  readonly #limits: BatchLimits;
  readonly #budget: CacheBudget;
  readonly #makeConstraint: MakeConstraint | undefined;
  /** Tokens of a prompt that one pass reads. */
  readonly #chunk: number;
  readonly #waiting: GenerateJob[] = [];
  readonly #rows: GenerationRow[] = [];
  readonly #taker: TokenTaker;
  readonly #slots: RowSlots;
  readonly #prefixes: HeldPrefixes;
  #prefillNext = true;

  /**
   * @param budget counts what this engine and its neighbours hold
   * @param makeConstraint holds answers to a form, where jobs want one
   * @param prefixes what prompts may begin with
   */
  constructor(
    model: CausalModel,
    limits: BatchLimits,
    budget: CacheBudget = new CacheBudget(limits.cacheBytes),
    makeConstraint?: MakeConstraint,
    prefixes: HeldPrefixes = new HeldPrefixes(),
  ) {
    this.#prefixes = prefixes;
    this.#makeConstraint = makeConstraint;
    this.#model = model;
    this.#cache = model.createCache();
    this.#taker = new TokenTaker(model.vocabularySize);
    this.#slots = new RowSlots(this.#rows, this.#cache);
    this.#limits = limits;
    this.#budget = budget;
    budget.join(this);
    this.#chunk = model.continuation === 'tokens' ? PREFILL_CHUNK : Number.POSITIVE_INFINITY;
  }

  add(job: GenerateJob): void {
    this.#waiting.push(job);
  }

  get heldBytes(): number {
    return this.#cache.bytes;
  }

  /** Bytes that the rows may take. */
  get #room(): number {
    return this.#budget.roomFor(this);
  }

  get busy(): boolean {
    return this.#waiting.length + this.#rows.length > 0;
  }

  /** Drops jobs without a result. */
  cancel(ids: ReadonlySet<number>): void {
    for (let i = this.#waiting.length - 1; i >= 0; i--) if (ids.has(this.#waiting[i]!.id)) this.#waiting.splice(i, 1);
    for (let i = this.#rows.length - 1; i >= 0; i--) if (ids.has(this.#rows[i]!.job.id)) this.#slots.remove(i);
    this.#rest();
  }

  /** Drops everything, for when the model failed; returns the ids of the jobs that were under way. */
  abandon(): number[] {
    const ids = [...this.#rows.map((row) => row.job.id), ...this.#waiting.map((job) => job.id)];
    this.#rows.length = 0;
    this.#waiting.length = 0;
    this.#rest();
    return ids;
  }

  /** One forward pass, of prompts or of next tokens; they alternate while there are both. */
  async pass(): Promise<EnginePass> {
    const pass: EnginePass = { results: [], tokens: [], newTokens: 0, promptTokens: 0 };
    const decoding = this.#slots.decodingCount();
    if (this.#rows.length === decoding && this.#worthAdmitting(decoding)) this.#admit(pass);
    const reading = this.#rows.length > decoding;
    if (reading && (this.#prefillNext || decoding === 0)) await this.#read(decoding, pass);
    else if (decoding > 0) await this.#decode(decoding, pass);
    this.#prefillNext = !(reading && this.#prefillNext);
    this.#rest();
    return pass;
  }

  /** An idle engine holds no memory. */
  #rest(): void {
    if (!this.busy) this.#cache.clear();
  }

  /**
   * Prompts are read a few at a time, since one alone leaves the products half empty; many at a time where only rows of
   * equal length go on together.
   */
  #worthAdmitting(decoding: number): boolean {
    const free = this.#limits.slots - decoding;
    const group = Math.ceil(this.#limits.slots / (this.#model.mixesLengths ? 8 : 2));
    return this.#waiting.length > 0 && free >= Math.min(this.#waiting.length, group);
  }

  #admit(pass: EnginePass): void {
    const group = this.#nextGroup();
    if (group.length === 0) return;
    this.#reserve(this.#rows.length + group.length, Math.max(...group.map((job) => job.tokens.length + 1)));
    for (const job of group) {
      const constraint = this.#constraintOf(job, pass);
      if (constraint === null) continue;
      const row = startRow(job, this.#rows, constraint);
      if (job.prefix !== undefined) {
        this.#prefixes.restore(this.#cache, this.#rows.length, job.prefix);
        row.length = job.prefix.length;
      }
      this.#rows.push(row);
    }
  }

  /** @returns null for a job that failed with it */
  #constraintOf(job: GenerateJob, pass: EnginePass): TokenConstraint | undefined | null {
    if (job.constraint === undefined || this.#makeConstraint === undefined) return undefined;
    try {
      return this.#makeConstraint(job, job.constraint);
    } catch (thrown) {
      pass.results.push(failedRow(job.id, thrown));
      return null;
    }
  }

  /** Slots are added in steps of 8 where memory allows, so that the cache is rarely laid out again. */
  #reserve(slots: number, columns: number): void {
    const widest = Math.max(columns, this.#slots.longest());
    const roomy = Math.min(this.#limits.slots, Math.ceil(slots / 8) * 8);
    const fits = this.#cache.bytesOf(roomy, widest) <= this.#room;
    this.#cache.reserve(Math.max(fits ? roomy : slots, slots), widest);
  }

  /** Takes the prompts that join now from those that wait. */
  #nextGroup(): GenerateJob[] {
    const { slots, prefillTokens } = this.#limits;
    const group = nextGroup(this.#waiting, {
      ...{ slots, prefillTokens, chunk: this.#chunk },
      rows: this.#rows.length,
      columns: Math.max(0, ...this.#rows.map((row) => fullLength(row.job))),
      ...{ cacheTokens: this.#room / this.#cache.bytesPerToken, slotTokens: this.#cache.slotTokens },
    });
    const taken = new Set(group);
    this.#waiting.splice(0, this.#waiting.length, ...this.#waiting.filter((job) => !taken.has(job)));
    return group;
  }

  /** The next chunk of every prompt that is being read. */
  async #read(from: number, pass: EnginePass): Promise<void> {
    const rows = this.#rows.slice(from);
    const steps = rows.map((row, r): StepRow => {
      const tokens = row.job.tokens.subarray(row.length, row.length + this.#chunk);
      return { past: from + r, pastLength: row.length, tokens, store: from + r, source: row.source };
    });
    const wanted = steps.map((step, row) => ({ row, position: step.tokens.length - 1, target: 0 }));
    const distributions = await this.#model.step(this.#cache, steps, wanted, this.#candidates(rows));
    rows.forEach((row, r) => {
      row.length += steps[r]!.tokens.length;
      pass.promptTokens += steps[r]!.tokens.length;
    });
    await this.#takeAll(from, distributions, pass);
    this.#slots.settle(this.#taker.finished);
  }

  async #decode(count: number, pass: EnginePass): Promise<void> {
    this.#reserve(this.#rows.length, this.#slots.longest() + 1);
    const rows = this.#rows.slice(0, count);
    const steps = rows.map((row, r): StepRow => {
      return { past: r, pastLength: row.length, tokens: [row.generated.at(-1)!], store: r, source: row.source };
    });
    const wanted = rows.map((_, row) => ({ row, position: 0, target: 0 }));
    const distributions = await this.#model.step(this.#cache, steps, wanted, this.#candidates(rows));
    for (const row of rows) row.length++;
    await this.#takeAll(0, distributions, pass);
    this.#slots.settle(this.#taker.finished);
  }

  /** Chooses the next tokens of rows from one on, those whose prompt is read; where that hangs on the tail, with all of it. */
  async #takeAll(from: number, distributions: Distributions, pass: EnginePass): Promise<void> {
    const open: number[] = [];
    for (let r = 0; r * distributions.k < distributions.topIds.length; r++) {
      const row = this.#rows[from + r]!;
      if (row.length < row.job.tokens.length) continue;
      if (!this.#taker.take(row, distributions, r, this.#wanted(row), pass)) open.push(from + r);
    }
    if (open.length === 0) return;
    // Fed once more is only each row's last token: what is before it lies in its slot.
    const steps = open.map((slot): StepRow => {
      const row = this.#rows[slot]!;
      const last = row.generated.at(-1) ?? row.job.tokens.at(-1)!;
      return { past: slot, pastLength: row.length - 1, tokens: [last], store: -1, source: row.source };
    });
    const wanted = steps.map((_, row) => ({ row, position: 0, target: 0 }));
    const whole = await this.#model.step(this.#cache, steps, wanted, this.#model.vocabularySize);
    open.forEach((slot, r) => {
      this.#taker.take(this.#rows[slot]!, whole, r, this.#model.vocabularySize, pass);
    });
  }

  #candidates(rows: readonly GenerationRow[]): number {
    return Math.max(...rows.map((row) => this.#wanted(row)));
  }

  /** Candidates with which a row's choice is mostly known. */
  #wanted({ job, seen, constraint }: GenerationRow): number {
    const { vocabularySize, batching } = this.#model;
    const least = Math.max(job.top ?? 0, constraint === undefined ? 0 : CONSTRAINED_CANDIDATES);
    const wanted = Math.max(candidatesWanted(job.sampling, seen.size, vocabularySize), Math.min(least, vocabularySize));
    // Where the length of a pass changes the numbers, a second look would see others; states stand behind the last token.
    const looksOnce = batching === 'alone' || this.#cache.hasStates;
    return wanted > 1 && looksOnce ? vocabularySize : wanted;
  }
}
