import { AssayError } from '@assay/core/errors';
import { type CausalModel, type StepRow, sharesPrefixes, type WantedPosition } from '../layouts/causal-model.ts';
import type { KvCache } from '../layouts/kv-cache.ts';
import { Source } from '../layouts/source.ts';
import type { BatchLimits, BestTokens, JobResult, ScoreJob } from '../worker/messages.ts';
import { buildScoreTree, type ScoreNode, wholeSequence } from './score-tree.ts';

/** Tokens of one pass; more would only widen the logits that the graph holds. */
const PASS_TOKENS = 192;

/** Tokens of past up to which copying it for a row is cheaper than a pass of its own. */
const SHORT_PAST = 48;

interface Progress {
  readonly values: Map<number, Float64Array>;
  readonly greedy: Map<number, boolean>;
  readonly best: Map<number, BestTokens>;
}

/** Takes what the model gave a target, and its first choice at that place. */
type Sink = (value: number, isTop: boolean, best: number, bestValue: number) => void;

/**
 * Log-probabilities of a batch of sequences, each shared beginning computed once.
 * @returns one result for each job, and the tokens that were computed
 */
export async function scoreBatch(
  model: CausalModel,
  jobs: readonly ScoreJob[],
  limits: BatchLimits,
): Promise<{ results: JobResult[]; promptTokens: number }> {
  const startedMs = performance.now();
  const progress: Progress = {
    values: new Map(jobs.map((job) => [job.id, new Float64Array(job.tokens.length - job.from)])),
    greedy: new Map(jobs.map((job) => [job.id, true])),
    best: new Map(jobs.filter((job) => job.wantsBest).map((job) => [job.id, noBest(job.tokens.length - job.from)])),
  };
  const walk = new Walk(model, progress, limits, new SharedSources(jobs));
  let promptTokens = 0;
  for (const root of rootsFor(model, jobs)) walk.add(root);
  while (walk.busy) promptTokens += await walk.pass();
  const elapsedMs = performance.now() - startedMs;
  const results = jobs.map((job): JobResult => {
    const logProbabilities = progress.values.get(job.id)!;
    if (!logProbabilities.every(Number.isFinite)) return { id: job.id, kind: 'failed', error: notFinite() };
    const best = progress.best.get(job.id);
    const isGreedy = progress.greedy.get(job.id)!;
    return {
      id: job.id,
      kind: 'score',
      logProbabilities,
      isGreedy,
      ...(best === undefined ? {} : { best }),
      elapsedMs,
    };
  });
  return { results, promptTokens };
}

/** What is to be computed, as far as the model bears sharing and going on from a past. */
function rootsFor(model: CausalModel, jobs: readonly ScoreJob[]): ScoreNode[] {
  if (sharesPrefixes(model)) return buildScoreTree(jobs);
  return jobs.flatMap((job) => (model.continuation === 'tokens' ? buildScoreTree([job]) : [wholeSequence(job)]));
}

/** Each distinct source of a batch once, kept until the last text that needs it is scored. */
class SharedSources {
  readonly #byJob = new Map<ScoreJob, Source>();
  readonly #uses = new Map<Source, number>();

  constructor(jobs: readonly ScoreJob[]) {
    const distinct = new Map<string, Source>();
    for (const job of jobs) {
      if (job.source === undefined) continue;
      const key = job.source.join();
      const source = distinct.get(key) ?? new Source(job.source);
      distinct.set(key, source);
      this.#byJob.set(job, source);
      this.#uses.set(source, (this.#uses.get(source) ?? 0) + 1);
    }
  }

  of(node: ScoreNode): Source | undefined {
    return this.#byJob.get(node.jobs[0]!);
  }

  release(node: ScoreNode): void {
    const source = this.of(node);
    if (source === undefined) return;
    const left = this.#uses.get(source)! - 1;
    this.#uses.set(source, left);
    if (left === 0) source.encoded = undefined;
  }
}

/** Deepest nodes first, so that few inner nodes hold a cache slot at once. */
class Walk {
  readonly #ready: ScoreNode[] = [];
  readonly #slots = new Map<ScoreNode, number>();
  readonly #openChildren = new Map<ScoreNode, number>();
  readonly #free: number[] = [];
  readonly #model: CausalModel;
  readonly #cache: KvCache;
  readonly #progress: Progress;
  readonly #limits: BatchLimits;
  readonly #sources: SharedSources;
  #slotCount = 0;

  constructor(model: CausalModel, progress: Progress, limits: BatchLimits, sources: SharedSources) {
    this.#sources = sources;
    this.#model = model;
    this.#cache = model.createCache();
    this.#progress = progress;
    this.#limits = limits;
  }

  add(node: ScoreNode): void {
    this.#ready.push(node);
  }

  get busy(): boolean {
    return this.#ready.length > 0;
  }

  /** Computes one group of ready nodes; returns the tokens computed. */
  async pass(): Promise<number> {
    const nodes = this.#nextGroup();
    const rows = nodes.map((node) => this.#row(node));
    const wanted: WantedPosition[] = [];
    const sinks: Sink[] = [];
    nodes.forEach((node, row) => {
      this.#want(node, row, wanted, sinks);
    });
    if (wanted.length === 0) wanted.push({ row: 0, position: 0, target: 0 });
    const columns = Math.max(1, ...nodes.map((node) => (node.children.length > 0 ? node.end : 0)));
    this.#cache.reserve(Math.max(this.#slotCount, 1), Math.max(columns, this.#cache.columns));
    const out = await this.#model.step(this.#cache, rows, wanted, 1);
    sinks.forEach((sink, i) => {
      const best = out.topIds[i]!;
      sink(out.targetLogProbabilities[i]!, best === wanted[i]!.target, best, out.topLogProbabilities[i]!);
    });
    for (const node of nodes) this.#finish(node);
    for (const node of nodes) if (node.children.length === 0) this.#sources.release(node);
    return rows.reduce((total, row) => total + row.tokens.length, 0);
  }

  #nextGroup(): ScoreNode[] {
    const deepest = this.#ready.reduce((most, node) => (node.start > most.start ? node : most));
    const candidates = this.#candidates(deepest);
    // Longest first, so that a pass holds runs of similar length.
    candidates.sort((a, b) => this.#width(b) - this.#width(a) || a.start - b.start);
    const room = Math.floor(this.#limits.cacheBytes / this.#cache.bytesPerToken);
    const group: ScoreNode[] = [];
    const width = this.#width(candidates[0]!);
    let columns = 0;
    let stores = this.#slots.size;
    for (const node of candidates) {
      columns = Math.max(columns, node.end);
      if (node.children.length > 0) stores++;
      const full = width * (group.length + 1) > PASS_TOKENS || stores * columns > room;
      if (group.length > 0 && full) break;
      group.push(node);
    }
    const taken = new Set(group);
    this.#ready.splice(0, this.#ready.length, ...this.#ready.filter((node) => !taken.has(node)));
    return group;
  }

  /** Tokens that a pass reads for a node. */
  #width(node: ScoreNode): number {
    return node.end - node.start + (this.#sources.of(node)?.tokens.length ?? 0);
  }

  /**
   * Nodes that may share a pass with one: those without a past; those with a short past, which is copied for each row;
   * or those of the same parent, whose long past all rows read in place.
   */
  #candidates(first: ScoreNode): ScoreNode[] {
    if (first.start === 0) return this.#ready.filter((node) => node.start === 0);
    if (first.start <= SHORT_PAST) return this.#ready.filter((node) => node.start > 0 && node.start <= SHORT_PAST);
    return this.#ready.filter((node) => node.parent === first.parent);
  }

  #row(node: ScoreNode): StepRow {
    let store = -1;
    if (node.children.length > 0) {
      store = this.#free.pop() ?? this.#slotCount++;
      this.#slots.set(node, store);
      this.#openChildren.set(node, node.children.length);
    }
    const past = node.parent === null ? 0 : this.#slots.get(node.parent)!;
    const tokens = node.jobs[0]!.tokens.subarray(node.start, node.end);
    return { past, pastLength: node.start, tokens, store, source: this.#sources.of(node) };
  }

  /** Each distinct (position, target) that some sequence wants is computed once. */
  #want(node: ScoreNode, row: number, wanted: WantedPosition[], sinks: Sink[]): void {
    const { values, greedy, best } = this.#progress;
    for (let at = node.start; at < node.end; at++) {
      const byTarget = new Map<number, ScoreJob[]>();
      for (const job of node.jobs) {
        if (at + 1 < job.from) continue;
        const target = job.tokens[at + 1]!;
        byTarget.set(target, [...(byTarget.get(target) ?? []), job]);
      }
      for (const [target, jobs] of byTarget) {
        wanted.push({ row, position: at - node.start, target });
        sinks.push((value, isTop, bestId, bestValue) => {
          for (const job of jobs) {
            const place = at + 1 - job.from;
            values.get(job.id)![place] = value;
            if (!isTop) greedy.set(job.id, false);
            best.get(job.id)?.ids.fill(bestId, place, place + 1);
            best.get(job.id)?.logProbabilities.fill(bestValue, place, place + 1);
          }
        });
      }
    }
  }

  #finish(node: ScoreNode): void {
    this.#ready.push(...node.children);
    const { parent } = node;
    if (parent === null) return;
    const open = this.#openChildren.get(parent)! - 1;
    this.#openChildren.set(parent, open);
    if (open > 0) return;
    this.#free.push(this.#slots.get(parent)!);
    this.#slots.delete(parent);
  }
}

function noBest(length: number): BestTokens {
  return { ids: new Int32Array(length), logProbabilities: new Float64Array(length) };
}

function notFinite() {
  return new AssayError('RUNNER_FAILED', 'the model returned log-probabilities that are not finite numbers', {
    hint: 'the weights are damaged or the precision overflows; verify the model files or use fp32 weights',
  }).toData();
}
