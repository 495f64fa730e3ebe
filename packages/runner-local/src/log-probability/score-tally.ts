import { AssayError } from '@assay/core/errors';
import type { Distributions, WantedPosition } from '../layouts/causal-model.ts';
import type { JobResult, ScoreJob, TopTokens } from '../worker/messages.ts';
import type { ScoreNode } from './score-tree.ts';

interface Entry {
  readonly values: Float64Array;
  readonly top: TopTokens | undefined;
  readonly startedMs: number;
  isGreedy: boolean;
  /** Values that are not known yet. */
  missing: number;
}

/** A wanted position, and the jobs that get its values at a place of theirs. */
interface Claim {
  readonly wanted: WantedPosition;
  readonly jobs: readonly ScoreJob[];
  /** Index into the sequence of the token that is scored. */
  readonly at: number;
}

/** What is known so far of the sequences under way. */
export class ScoreTally {
  readonly #entries = new Map<number, Entry>();

  get size(): number {
    return this.#entries.size;
  }

  add(job: ScoreJob): void {
    const length = job.tokens.length - job.from;
    this.#entries.set(job.id, {
      values: new Float64Array(length),
      top: job.top ? emptyTop(job.top, length) : undefined,
      startedMs: performance.now(),
      isGreedy: true,
      missing: length,
    });
  }

  /** Whether some sequence that passes a node still waits for it. */
  wants(node: ScoreNode): boolean {
    return node.jobs.some(({ id }) => this.#entries.has(id));
  }

  drop(id: number): void {
    this.#entries.delete(id);
  }

  /** Drops all; returns their ids. */
  clear(): number[] {
    const ids = [...this.#entries.keys()];
    this.#entries.clear();
    return ids;
  }

  /** What a node is to give, each distinct position and target once. */
  claims(node: ScoreNode, row: number): Claim[] {
    const claims: Claim[] = [];
    const jobs = node.jobs.filter(({ id }) => this.#entries.has(id));
    for (let at = node.start + 1; at <= node.end; at++) {
      const byTarget = new Map<number, ScoreJob[]>();
      for (const job of jobs) {
        if (at < job.from) continue;
        const target = job.tokens[at]!;
        byTarget.set(target, [...(byTarget.get(target) ?? []), job]);
      }
      for (const [target, same] of byTarget) {
        claims.push({ wanted: { row, position: at - 1 - node.start, target }, jobs: same, at });
      }
    }
    return claims;
  }

  /**
   * Takes what the model gave for claims.
   * @returns the results of sequences that are complete with it
   */
  take(claims: readonly Claim[], out: Distributions): JobResult[] {
    const results: JobResult[] = [];
    claims.forEach(({ wanted, jobs, at }, i) => {
      const best = out.topIds[i * out.k]!;
      for (const job of jobs) {
        const entry = this.#entries.get(job.id)!;
        const place = at - job.from;
        entry.values[place] = out.targetLogProbabilities[i]!;
        if (best !== wanted.target) entry.isGreedy = false;
        if (entry.top !== undefined) keepTop(entry.top, place, out, i);
        if (--entry.missing > 0) continue;
        this.#entries.delete(job.id);
        results.push(result(job.id, entry));
      }
    });
    return results;
  }
}

function emptyTop(count: number, places: number): TopTokens {
  return { count, ids: new Int32Array(count * places), logProbabilities: new Float64Array(count * places) };
}

/** Keeps what the model found likeliest at position `at` of `out` for a place of a sequence. */
function keepTop({ count, ids, logProbabilities }: TopTokens, place: number, out: Distributions, at: number): void {
  const from = at * out.k;
  ids.set(out.topIds.subarray(from, from + count), place * count);
  logProbabilities.set(out.topLogProbabilities.subarray(from, from + count), place * count);
}

function result(id: number, { values, top, isGreedy, startedMs }: Entry): JobResult {
  if (!values.every(Number.isFinite)) return { id, kind: 'failed', error: notFinite() };
  const elapsedMs = performance.now() - startedMs;
  return { id, kind: 'score', logProbabilities: values, isGreedy, ...(top === undefined ? {} : { top }), elapsedMs };
}

function notFinite() {
  return new AssayError('RUNNER_FAILED', 'the model returned log-probabilities that are not finite numbers', {
    hint: 'the weights are damaged or the precision overflows; verify the model files or use fp32 weights',
  }).toData();
}
