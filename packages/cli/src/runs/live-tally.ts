import type { Manifest, SampleState } from 'assay/internal';
import type { LiveAnswer, LiveLoss, LiveModel, LiveScore } from 'assay/internal/report';
import type { LineTally } from './journal-counter.ts';
import { LiveLosses } from './live-losses.ts';
import { LiveMeans, type ScoreSum } from './live-means.ts';

/** What of a sample's line is looked at. */
interface SampleLine {
  readonly sample: number;
  readonly state: SampleState;
  readonly outcomes: Readonly<Record<string, { readonly scores?: object; readonly unscored?: unknown }>>;
  readonly input?: string;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly error?: { readonly code?: string; readonly message?: string };
  readonly weight?: number;
  readonly cluster?: string;
}

/** What a part's samples add up to. */
interface SummedPart {
  readonly states: Readonly<Partial<Record<SampleState, number>>>;
  readonly cells: readonly {
    readonly label: string;
    readonly category: string | null;
    readonly scores: readonly ScoreSum[];
    readonly weighted?: true;
  }[];
}

interface Ended {
  readonly state: SampleState;
  readonly loss: string | null;
}

/** Lines beyond so many are counted and not read: a page that looks every second is to stay light. */
const MOST_LINES = 200_000;
const LATEST = 20;
/** Characters of a text that a line shows. */
const SHOWN = 240;

/** What a run that goes on has so far, a line of its journal after another. */
export class LiveTally implements LineTally {
  readonly #places: ReadonlyMap<string, number>;
  readonly #ended: readonly Map<number, Ended>[];
  /** Of each model: samples in parts by how they ended, and lines that were not read. */
  readonly #summed: readonly { readonly states: Partial<Record<SampleState, number>>; late: number }[];
  readonly #beginnings: readonly Buffer[];
  readonly #means: LiveMeans;
  readonly #losses = new LiveLosses();
  #latest: LiveAnswer[] = [];
  #lines = 0;
  #inParts = 0;
  #isPlain = true;

  constructor({ models, algorithms }: Pick<Manifest, 'models' | 'algorithms'>) {
    this.#places = new Map(models.map(({ name }, at) => [name, at]));
    this.#ended = models.map(() => new Map());
    this.#summed = models.map(() => ({ states: {}, late: 0 }));
    this.#beginnings = models.map(({ name }) => Buffer.from(`{"kind":"sample","model":${JSON.stringify(name)},`));
    this.#means = new LiveMeans(algorithms);
  }

  get isFull(): boolean {
    return this.#lines >= MOST_LINES;
  }

  add(name: string, value: unknown): void {
    this.#lines += 1;
    const line = value as SampleLine;
    const model = this.#places.get(name);
    const ended = model === undefined ? undefined : this.#ended[model];
    if (model === undefined || ended === undefined || !Number.isInteger(line.sample)) return;
    const before = ended.get(line.sample);
    // What was scored is not asked again; what failed may be.
    if (before?.state === 'scored') return;
    if (before?.loss != null) this.#losses.takeBack(before.loss);
    const why = reasonOf(line);
    const loss =
      line.state === 'scored' ? null : this.#losses.add({ state: line.state, model, sample: line.sample, ...why });
    ended.set(line.sample, { state: line.state, loss });
    this.#learn(model, line);
    this.#show(model, line, why.reason);
  }

  addPart(name: string, accumulator: unknown): void {
    const model = this.#places.get(name);
    if (model === undefined) return;
    const { states, cells } = accumulator as SummedPart;
    const known = this.#summed[model]!.states;
    for (const [state, count] of Object.entries(states) as [SampleState, number][]) {
      if (count === 0) continue;
      known[state] = (known[state] ?? 0) + count;
      this.#inParts += count;
    }
    for (const { label, category, scores, weighted } of cells) {
      if (category !== null) continue;
      if (weighted === true) this.#isPlain = false;
      else this.#means.addSums(model, label, scores);
    }
  }

  addLate(line: Buffer, rangeModel: string): void {
    const own = this.#beginnings.findIndex((beginning) => line.subarray(0, beginning.length).equals(beginning));
    const model = own >= 0 ? own : this.#places.get(rangeModel);
    if (model !== undefined) this.#summed[model]!.late += 1;
  }

  #learn(model: number, { outcomes, weight, cluster }: SampleLine): void {
    const isPlain = weight === undefined && cluster === undefined;
    if (!isPlain) this.#isPlain = false;
    for (const [algorithm, { scores }] of Object.entries(outcomes))
      if (scores !== undefined) this.#means.add(model, algorithm, scores, weight ?? null, isPlain);
  }

  #show(model: number, line: SampleLine, reason: string): void {
    const [key, value] = firstScore(line) ?? [];
    this.#latest.push({
      ...{ model, sample: line.sample, state: line.state, reason: clipped(reason) },
      input: clipped(line.input),
      output: clipped(line.outputs?.original ?? Object.values(line.outputs ?? {})[0]),
      score: key === undefined || value === undefined ? null : { key, value },
    });
    if (this.#latest.length > 4 * LATEST) this.#latest = this.#latest.slice(-LATEST);
  }

  /** Samples of each model that are done, and by how they ended those that were read. */
  models(): Pick<LiveModel, 'done' | 'states'>[] {
    return this.#ended.map((ended, model) => {
      const summed = this.#summed[model]!;
      const states = { ...summed.states };
      const inParts = Object.values(states).reduce((sum, count) => sum + count, 0);
      for (const { state } of ended.values()) states[state] = (states[state] ?? 0) + 1;
      return { done: inParts + ended.size + summed.late, states };
    });
  }

  scores(): LiveScore[] {
    return this.#means.list();
  }

  losses(): { readonly losses: readonly LiveLoss[]; readonly further: number } {
    return this.#losses.list();
  }

  /** The newest first. */
  latest(): LiveAnswer[] {
    return this.#latest.slice(-LATEST).reverse();
  }

  /** Whether samples are independent and count alike. */
  get isPlain(): boolean {
    return this.#isPlain;
  }

  /** Samples that figures are of. */
  get samples(): number {
    return this.#lines + this.#inParts;
  }

  /** Whether samples lie in parts, of which sums alone are known. */
  get hasParts(): boolean {
    return this.#inParts > 0;
  }
}

function reasonOf({ outcomes, error, state }: SampleLine): { readonly code: string; readonly reason: string } {
  if (error !== undefined) return { code: clipped(error.code), reason: clipped(error.message) };
  const reasons = Object.values(outcomes).flatMap(({ unscored }) => (typeof unscored === 'string' ? [unscored] : []));
  return { code: '', reason: state === 'scored' ? '' : clipped([...new Set(reasons)].join(', ')) };
}

function firstScore({ outcomes }: SampleLine): readonly [string, number] | undefined {
  for (const [algorithm, { scores }] of Object.entries(outcomes))
    for (const [score, value] of Object.entries(scores ?? {}))
      if (typeof value === 'number') return [`${algorithm}.${score}`, value];
  return undefined;
}

/** A text of a journal, which may be of any length, or none. */
function clipped(text: unknown): string {
  if (typeof text !== 'string') return '';
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
