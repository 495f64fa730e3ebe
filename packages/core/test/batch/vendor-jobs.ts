/** How a batch ends. `expired` and `cancelled` leave every other request unasked; `failed` takes none; `errors` refuses some. */
export type Fate = 'completed' | 'expired' | 'cancelled' | 'failed' | 'errors';

export type Outcome = 'succeeded' | 'errored' | 'expired' | 'canceled';

export interface VendorRequest {
  readonly customId: string;
  readonly body: Record<string, unknown>;
}

export interface VendorJob {
  readonly id: string;
  readonly createdAt: number;
  readonly requests: readonly VendorRequest[];
  readonly fate: Fate;
  readonly metadata: Readonly<Record<string, string>>;
  /** Looks at it that show it unfinished. */
  looksLeft: number;
  outcomes: Map<string, Outcome> | undefined;
}

export interface VendorOptions {
  readonly now?: () => number;
  /** Of the nth batch. */
  readonly fate?: (n: number) => Fate;
  readonly looks?: (n: number) => number;
  /** Milliseconds after which a new batch stands in the list. */
  readonly hiddenMs?: number;
  readonly key?: string;
}

/** What both vendors' stand-ins keep: batches, how they end, and what was charged for. */
export class VendorJobs {
  readonly jobs: VendorJob[] = [];
  /** By custom id: how often a request was answered, which is what is charged. */
  readonly charged = new Map<string, number>();
  readonly options: VendorOptions;

  constructor(options: VendorOptions = {}) {
    this.options = options;
  }

  get now(): number {
    return this.options.now?.() ?? Date.now();
  }

  add(id: string, requests: readonly VendorRequest[], metadata: Readonly<Record<string, string>> = {}): VendorJob {
    const n = this.jobs.length;
    const fate = this.options.fate?.(n) ?? 'completed';
    const looksLeft = this.options.looks?.(n) ?? 1;
    const job: VendorJob = { id, createdAt: this.now, requests, fate, metadata, looksLeft, outcomes: undefined };
    this.jobs.push(job);
    return job;
  }

  find(id: string): VendorJob | undefined {
    return this.jobs.find((job) => job.id === id);
  }

  /** The newest first, those left out that are too new to be in sight. */
  listed(): VendorJob[] {
    const { hiddenMs = 0 } = this.options;
    return this.jobs.filter(({ createdAt }) => createdAt + hiddenMs <= this.now).reverse();
  }

  /** One look at a batch brings it nearer to its end. */
  advance(job: VendorJob): void {
    if (job.outcomes !== undefined) return;
    if (job.looksLeft > 0) {
      job.looksLeft -= 1;
      return;
    }
    this.#end(job);
  }

  /** The vendor works on batches whether anybody looks or not. */
  endAll(): void {
    for (const job of this.jobs) if (job.outcomes === undefined) this.#end(job);
  }

  #end(job: VendorJob): void {
    job.outcomes = new Map(job.requests.map(({ customId }, i) => [customId, outcomeOf(job.fate, i)]));
    for (const [customId, outcome] of job.outcomes)
      if (outcome === 'succeeded') this.charged.set(customId, (this.charged.get(customId) ?? 0) + 1);
  }

  /** Requests that were charged more than once. */
  get chargedTwice(): string[] {
    return [...this.charged].filter(([, times]) => times > 1).map(([customId]) => customId);
  }
}

function outcomeOf(fate: Fate, i: number): Outcome {
  if (fate === 'failed') return 'canceled';
  if (fate === 'errors') return i % 3 === 1 ? 'errored' : 'succeeded';
  if (fate === 'completed' || i % 2 === 0) return 'succeeded';
  return fate === 'expired' ? 'expired' : 'canceled';
}

export function jsonResponse(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}

/** Lines as a file: in another order than the requests, as vendors say that they may be. */
export function linesResponse(lines: readonly unknown[]): Response {
  const text = [...lines].reverse().map((line) => `${JSON.stringify(line)}\n`);
  return new Response(text.join(''), { status: 200, headers: { 'content-type': 'application/binary' } });
}

/** The last words that a request says, answered. */
export function echo({ body }: VendorRequest): string {
  const messages = body.messages as readonly { readonly content: string }[];
  return `echo: ${messages.at(-1)!.content}`;
}
