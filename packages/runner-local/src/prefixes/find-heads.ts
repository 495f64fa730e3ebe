import type { Job } from '../worker/messages.ts';
import { commonPrefixLength } from './common-prefix-length.ts';

/** When a beginning is worth a pass of its own. */
export interface HeadRule {
  /** Tokens that it has at least, besides what is held. */
  readonly shortest: number;
  /** Different prompts that begin with it at least; repeats of one are several where they are read one by one. */
  readonly prompts: number;
  /** Tokens that it saves at least. */
  readonly saving: number;
}

/** A sequence that waits, and how much of it is held. */
export interface WaitingSequence {
  readonly job: Job;
  readonly held: number;
}

/** Prompts are read one by one: even two are worth it. */
const PROMPTS: HeadRule = { shortest: 12, prompts: 2, saving: 24 };
/** Texts come in batches, which share by themselves: only what goes on beyond a batch is worth it. */
const TEXTS: HeadRule = { shortest: 32, prompts: 3, saving: 64 };

export function headRule({ kind }: Job): HeadRule {
  return kind === 'score' ? TEXTS : PROMPTS;
}

/** Tokens of a sequence that may be held for it: what it is asked for hangs on the others. */
export function mostShared(job: Job): number {
  if (job.source !== undefined) return 0;
  return job.kind === 'score' ? job.from - 1 : job.tokens.length - 1;
}

/**
 * The shortest beginnings that sequences share and that are worth a pass: what goes on behind one is found once that is held.
 * @param sequences of one kind, all with the same held beginning
 */
export function findHeads(sequences: readonly WaitingSequence[]): Int32Array[] {
  const heads: Int32Array[] = [];
  const jobs = sequences.map(({ job }) => job).filter((job) => mostShared(job) > 0);
  if (jobs.length < 2) return heads;
  const { held } = sequences[0]!;
  const sorted = jobs.sort((a, b) => compareFrom(a.tokens, b.tokens, held));
  search(sorted, held, held, headRule(jobs[0]!), heads);
  return heads;
}

/** @param known tokens that all of them have in common */
function search(sorted: readonly Job[], known: number, held: number, rule: HeadRule, heads: Int32Array[]): void {
  const [first, last] = [sorted[0]!, sorted.at(-1)!];
  const common = known + commonPrefixLength(first.tokens.subarray(known), last.tokens.subarray(known));
  const shared = Math.min(common, ...sorted.map(mostShared));
  const gain = shared - held;
  if (gain >= rule.shortest) {
    const prompts = countPrompts(sorted);
    if (prompts >= rule.prompts && gain * (prompts - 1) >= rule.saving) {
      heads.push(first.tokens.slice(0, shared));
      return;
    }
  }
  let branch: Job[] = [];
  for (const job of sorted) {
    if (mostShared(job) <= shared) continue;
    if (branch.length > 0 && branch[0]!.tokens[shared] !== job.tokens[shared]) {
      if (branch.length >= rule.prompts) search(branch, shared, held, rule, heads);
      branch = [];
    }
    branch.push(job);
  }
  if (branch.length >= rule.prompts) search(branch, shared, held, rule, heads);
}

/** Of sorted jobs. Continuations of one prompt are a batch's business. */
function countPrompts(sorted: readonly Job[]): number {
  let count = 0;
  let previous: Job | undefined;
  for (const job of sorted) {
    if (previous === undefined || !isSamePrompt(previous, job)) count++;
    previous = job;
  }
  return count;
}

function isSamePrompt(a: Job, b: Job): boolean {
  if (a.kind !== 'score' || b.kind !== 'score') return false;
  return commonPrefixLength(a.tokens, b.tokens) >= Math.max(a.from, b.from);
}

function compareFrom(a: Int32Array, b: Int32Array, from: number): number {
  const limit = Math.min(a.length, b.length);
  for (let i = from; i < limit; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}
