import { CacheBudget, type CacheHolder } from '../layouts/cache-budget.ts';
import { type CausalModel, type StepRow, sharesPrefixes, type WantedPosition } from '../layouts/causal-model.ts';
import type { KvCache } from '../layouts/kv-cache.ts';
import { HeldPrefixes } from '../prefixes/held-prefixes.ts';
import type { BatchLimits, JobResult, ScoreJob } from '../worker/messages.ts';
import { NodeSlots } from './node-slots.ts';
import { ScoreTally } from './score-tally.ts';
import { buildScoreTree, type ScoreNode, wholeSequence } from './score-tree.ts';
import { SharedSources } from './shared-sources.ts';

/** Tokens of one pass; more would only widen the logits that the graph holds. */
const PASS_TOKENS = 192;
/** Tokens of past up to which copying it for a row is cheaper than a pass of its own. */
const SHORT_PAST = 48;
/** Fed where a pass brings nothing that is wanted, since the graph is asked for at least one position. */
const NOTHING: WantedPosition = { row: 0, position: 0, target: 0 };

/** What one pass brought. */
interface ScorePass {
  /** Of the sequences that are complete. */
  readonly results: JobResult[];
  readonly promptTokens: number;
}

/**
 * Log-probabilities of sequences, pass by pass. What the sequences of a batch share at their beginning is computed once:
 * the nodes of a prefix tree, deepest first, so that few of them hold a cache slot at once.
 */
export class ScoringEngine implements CacheHolder {
  readonly #model: CausalModel;
  readonly #cache: KvCache;
  readonly #budget: CacheBudget;
  readonly #slots = new NodeSlots();
  readonly #tally = new ScoreTally();
  readonly #sources = new SharedSources();
  readonly #ready: ScoreNode[] = [];
  readonly #reach = new WeakMap<ScoreNode, number>();
  readonly #prefixes: HeldPrefixes;
  readonly #shares: boolean;

  /**
   * @param budget counts what this engine and its neighbours hold
   * @param prefixes what sequences may begin with
   */
  constructor(
    model: CausalModel,
    limits: BatchLimits,
    budget: CacheBudget = new CacheBudget(limits.cacheBytes),
    prefixes: HeldPrefixes = new HeldPrefixes(),
  ) {
    this.#model = model;
    this.#cache = model.createCache();
    this.#budget = budget;
    this.#prefixes = prefixes;
    this.#shares = sharesPrefixes(model) && limits.shares !== false;
    budget.join(this);
  }

  get heldBytes(): number {
    return this.#cache.bytes;
  }

  /** Sequences that come together share prefixes. */
  add(jobs: readonly ScoreJob[]): void {
    for (const job of jobs) {
      this.#tally.add(job);
      this.#sources.add(job);
    }
    for (const root of this.#rootsFor(jobs)) this.#ready.push(root);
  }

  /** What is to be computed, as far as the model supports sharing and going on from a past. */
  #rootsFor(jobs: readonly ScoreJob[]): ScoreNode[] {
    if (this.#shares) return buildScoreTree(jobs);
    const goesOn = this.#model.continuation === 'tokens';
    return jobs.flatMap((job) => (goesOn ? buildScoreTree([job]) : [wholeSequence(job)]));
  }

  get busy(): boolean {
    return this.#ready.length > 0;
  }

  /** Drops jobs without a result, and what only they wanted. */
  cancel(ids: ReadonlySet<number>): void {
    for (const id of ids) this.#forget(id);
    const unwanted = this.#ready.filter((node) => !this.#tally.wants(node));
    this.#remove(unwanted);
    for (const node of unwanted) this.#slots.done(node);
    this.#rest();
  }

  /** Drops everything, for when the model failed; returns the ids of the jobs that were under way. */
  abandon(): number[] {
    const ids = this.#tally.clear();
    for (const id of ids) this.#sources.release(id);
    this.#ready.length = 0;
    this.#slots.clear();
    this.#rest();
    return ids;
  }

  /** Computes one group of ready nodes. */
  async pass(): Promise<ScorePass> {
    this.#takeHeld();
    const nodes = this.#nextGroup();
    const claims = nodes.flatMap((node, row) => this.#tally.claims(node, row));
    const rows = nodes.map((node) => this.#row(node));
    this.#reserve();
    const wanted = claims.length === 0 ? [NOTHING] : claims.map((claim) => claim.wanted);
    const top = Math.max(1, ...nodes.flatMap(({ jobs }) => jobs.map((job) => job.top ?? 0)));
    const out = await this.#model.step(this.#cache, rows, wanted, top);
    const results = this.#tally.take(claims, out);
    for (const { id } of results) this.#forget(id);
    for (const node of nodes) this.#finish(node);
    this.#rest();
    return { results, promptTokens: rows.reduce((total, row) => total + row.tokens.length, 0) };
  }

  /** Where nothing deeper is ready, what is held is laid out for those that follow it. */
  #takeHeld(): void {
    if (this.#ready.some(({ start }) => start > 0)) return;
    const root = this.#ready.find(({ held }) => held !== undefined);
    if (root === undefined) return;
    this.#remove([root]);
    const slot = this.#slots.take(root);
    this.#reserve();
    this.#prefixes.restore(this.#cache, slot, root.held!);
    this.#finish(root);
  }

  #nextGroup(): ScoreNode[] {
    const deepest = this.#ready.reduce((most, node) => (node.start > most.start ? node : most));
    const candidates = this.#candidates(deepest);
    // Longest first, so that a pass holds runs of similar length.
    candidates.sort((a, b) => this.#width(b) - this.#width(a) || a.start - b.start);
    const width = this.#width(candidates[0]!);
    const { bytesPerToken, slotTokens } = this.#cache;
    const room = this.#budget.roomFor(this) / bytesPerToken;
    const group: ScoreNode[] = [];
    let slots = this.#slots.size;
    let columns = Math.max(0, ...Array.from(this.#slots.nodes, (node) => this.#reachOf(node)));
    let longestPast = 0;
    for (const node of candidates) {
      if (group.length > 0 && width * (group.length + 1) > PASS_TOKENS) break;
      const own = NodeSlots.needsOwn(node) ? 1 : 0;
      const widest = Math.max(columns, this.#reachOf(node));
      const past = Math.max(longestPast, node.start);
      // Rows of one parent read its past in place; others get copies, laid out to a common length.
      const copied = node.parent === candidates[0]!.parent ? 0 : past * (group.length + 1);
      // A lone node is always let in.
      if (group.length > 0 && (slots + own) * (widest + slotTokens) + copied > room) continue;
      group.push(node);
      slots += own;
      [columns, longestPast] = [widest, past];
    }
    this.#remove(group);
    return group;
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

  /** Tokens that a pass reads for a node. */
  #width(node: ScoreNode): number {
    return node.end - node.start + (this.#sources.of(node.jobs[0]!)?.tokens.length ?? 0);
  }

  /** Columns that a node and those after it fill at most: slots are equally wide, so it counts for all that are held. */
  #reachOf(node: ScoreNode): number {
    const known = this.#reach.get(node);
    if (known !== undefined) return known;
    const own = node.children.length > 0 ? node.end : 0;
    const reach = Math.max(own, ...node.children.map((child) => this.#reachOf(child)));
    this.#reach.set(node, reach);
    return reach;
  }

  #row(node: ScoreNode): StepRow {
    const past = node.parent === null ? 0 : this.#slots.of(node.parent);
    const store = node.children.length > 0 ? this.#slots.take(node) : -1;
    const tokens = node.jobs[0]!.tokens.subarray(node.start, node.end);
    return { past, pastLength: node.start, tokens, store, source: this.#sources.of(node.jobs[0]!) };
  }

  /** As wide as what is held now, and no wider: a long text that is done with leaves nothing behind. */
  #reserve(): void {
    const columns = Math.max(1, ...Array.from(this.#slots.nodes, ({ start, end }) => Math.max(start, end)));
    this.#cache.reserve(Math.max(1, this.#slots.count), columns);
  }

  #finish(node: ScoreNode): void {
    this.#slots.done(node);
    for (const child of node.children) {
      if (this.#tally.wants(child)) this.#ready.push(child);
      else this.#slots.done(child);
    }
  }

  #forget(id: number): void {
    this.#tally.drop(id);
    this.#sources.release(id);
  }

  #remove(nodes: readonly ScoreNode[]): void {
    const taken = new Set(nodes);
    this.#ready.splice(0, this.#ready.length, ...this.#ready.filter((node) => !taken.has(node)));
  }

  /** An idle engine holds no memory. */
  #rest(): void {
    if (!this.busy) this.#cache.clear();
  }
}
