import { commonPrefixLength } from '../prefixes/common-prefix-length.ts';
import type { PrefixUse, ScoreJob } from '../worker/messages.ts';

/** A run of tokens that one or several sequences pass through, computed once. */
export interface ScoreNode {
  readonly parent: ScoreNode | null;
  /** Positions [start, end) of the sequences; at least one. */
  readonly start: number;
  readonly end: number;
  /** The sequences that pass; they agree on all tokens before `end`. */
  readonly jobs: readonly ScoreJob[];
  readonly children: ScoreNode[];
  /** Its keys and values are held: it is not computed. */
  readonly held?: PrefixUse;
}

/** A shared run shorter than this is computed again instead: a pass of its own costs more. */
const SHORTEST_SHARED_RUN = 8;
/** A longer run is computed in pieces. */
const LONGEST_RUN = 512;

/**
 * The prefix tree of a batch. The last token of a sequence is only ever a target, so it is in no node.
 * @returns nodes without a parent
 */
export function buildScoreTree(jobs: readonly ScoreJob[]): ScoreNode[] {
  const roots: ScoreNode[] = [];
  for (const group of groupByPrefix(jobs)) {
    const held = group[0]!.prefix;
    const sorted = [...group].sort((a, b) => compareTokens(a.tokens, b.tokens));
    if (held === undefined) grow(sorted, null, 0, roots);
    else {
      const root: ScoreNode = { parent: null, start: 0, end: held.length, jobs: sorted, children: [], held };
      grow(sorted, root, held.length, roots);
      roots.push(root);
    }
  }
  return roots;
}

/** Sequences that begin with the same tokens of the same held prefix, or with none. */
function groupByPrefix(jobs: readonly ScoreJob[]): Iterable<readonly ScoreJob[]> {
  const groups = new Map<string, ScoreJob[]>();
  for (const job of jobs) {
    const key = job.prefix === undefined ? '' : `${job.prefix.id} ${job.prefix.length}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [job]);
    else group.push(job);
  }
  return groups.values();
}

/** One sequence in one run, for a model that reads a beginning whole or not at all. */
export function wholeSequence(job: ScoreJob): ScoreNode {
  return { parent: null, start: 0, end: job.tokens.length - 1, jobs: [job], children: [] };
}

function grow(jobs: readonly ScoreJob[], parent: ScoreNode | null, start: number, roots: ScoreNode[]): void {
  const first = jobs[0];
  if (first === undefined) return;
  const last = jobs.at(-1)!;
  // Sorted, so what the first and the last share, all share; inputs end before the last token.
  const shortest = Math.min(...jobs.map((job) => job.tokens.length - 1));
  const shared = Math.min(commonPrefixLength(first.tokens, last.tokens), shortest);
  let tip = parent;
  let reached = start;
  const allEnd = jobs.every((job) => job.tokens.length - 1 === shared);
  if (allEnd || shared - start >= SHORTEST_SHARED_RUN) {
    for (; reached < shared; reached = tip!.end) {
      const node: ScoreNode = {
        parent: tip,
        start: reached,
        end: Math.min(shared, reached + LONGEST_RUN),
        jobs,
        children: [],
      };
      (tip === null ? roots : tip.children).push(node);
      tip = node;
    }
  }
  if (jobs.length === 1) return;
  for (const group of branches(jobs, shared)) {
    const whole = group.every((job) => job.tokens.length - 1 <= reached);
    if (!whole) growBranch(group, tip, reached, shared, roots);
  }
}

/** Sequences that end where a branch begins need no further run; the others go on. */
function growBranch(
  group: readonly ScoreJob[],
  tip: ScoreNode | null,
  reached: number,
  shared: number,
  roots: ScoreNode[],
): void {
  const ending = group.filter((job) => job.tokens.length - 1 <= shared);
  for (const job of ending) if (job.tokens.length - 1 > reached) grow([job], tip, reached, roots);
  const going = group.filter((job) => job.tokens.length - 1 > shared);
  grow(going, tip, reached, roots);
}

/** Groups of neighbours that agree on the token at `position`. */
function branches(jobs: readonly ScoreJob[], position: number): ScoreJob[][] {
  const groups: ScoreJob[][] = [];
  for (const job of jobs) {
    const group = groups.at(-1);
    if (group !== undefined && group[0]!.tokens[position] === job.tokens[position]) group.push(job);
    else groups.push([job]);
  }
  return groups;
}

function compareTokens(a: Int32Array, b: Int32Array): number {
  const shared = commonPrefixLength(a, b);
  if (shared === a.length || shared === b.length) return a.length - b.length;
  return a[shared]! - b[shared]!;
}
