import {
  boundedSequence,
  type ConfidenceSequence,
  meetsStopRule,
  type PredictedSequence,
  predictedSequence,
} from '@assay/metrics';
import type { ScoreSpec } from '../algorithms/algorithm.ts';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import type { SampleRecord } from '../journal/journal-record.ts';
import type { StopSummary } from '../results/summary.ts';
import type { PlannedStop } from './run-plan.ts';

/** Candidate means of a sequence, and at least as many as tell the wanted half-width apart. */
const RESOLUTION = 1000;

/**
 * Decides when one model has been asked enough. Samples arrive in the order in which they are done and count in the
 * recorded random order: each rule is looked at after every sample of that order's unbroken beginning, so that neither
 * batches, threads nor interruptions move the decision. Samples behind the decision count nowhere.
 */
export class SequentialStop {
  readonly #plan: PlannedStop;
  readonly #instances: readonly AlgorithmInstance[];
  readonly #count: (record: SampleRecord) => void;
  /** Done but not yet reached, by position; undefined for a row that could not be read. */
  readonly #waiting = new Map<number, SampleRecord | undefined>();
  /** By algorithm, category and score; null where a score left its range, for then nothing is known of its mean. */
  readonly #sequences = new Map<string, ConfidenceSequence | null>();
  /** Of the deciding score, where earlier runs predict it: rows without the score are told to it, too. */
  readonly #predicted: PredictedSequence | undefined;
  #rows = 0;
  #samples = 0;
  #waitingFailures = 0;
  #isDecided = false;

  /** @param count takes each sample that counts, in order */
  constructor(plan: PlannedStop, instances: readonly AlgorithmInstance[], count: (record: SampleRecord) => void) {
    this.#plan = plan;
    this.#instances = instances;
    this.#count = count;
    this.#predicted = this.#predictedSequence();
    const { algorithm, score } = plan;
    if (this.#predicted !== undefined) this.#sequences.set(JSON.stringify([algorithm, null, score]), this.#predicted);
  }

  #predictedSequence(): PredictedSequence | undefined {
    const { history, algorithm, score, confidence } = this.#plan;
    const spec = this.#instances.find(({ label }) => label === algorithm)?.scores[score];
    if (history === undefined || spec === undefined) return undefined;
    const { predictions } = history;
    return predictedSequence({
      predictions,
      range: spec.range,
      binary: isBinary(spec),
      confidence,
      // Rounding is not to cost what predictions may not.
      resolution: 2 * resolutionFor(this.#plan, spec),
    });
  }

  get isDecided(): boolean {
    return this.#isDecided;
  }

  /** Samples that count. */
  get samples(): number {
    return this.#samples;
  }

  /** Failed samples that are not reached yet. */
  get waitingFailures(): number {
    return this.#waitingFailures;
  }

  /** Whether a row lies within what counts. */
  counts(row: number): boolean {
    return this.#plan.positionOf(row) < this.#rows;
  }

  take(record: SampleRecord): void {
    if (this.#isDecided) return;
    // Only what is added up: texts are in the journal.
    const { input: _i, target: _t, outputs: _o, cache: _c, helperCache: _h, ...kept } = record;
    if (isFailure(record)) this.#waitingFailures += 1;
    this.#waiting.set(this.#plan.positionOf(record.sample), kept);
    this.#advance();
  }

  /** A row that could not be read: the order goes on behind it. */
  skip(row: number): void {
    const position = this.#plan.positionOf(row);
    if (this.#isDecided || position < this.#rows) return;
    this.#waiting.set(position, undefined);
    this.#advance();
  }

  #advance(): void {
    while (!this.#isDecided && this.#waiting.has(this.#rows)) {
      const record = this.#waiting.get(this.#rows);
      this.#waiting.delete(this.#rows);
      this.#rows += 1;
      if (record === undefined) {
        this.#predicted?.skip();
        continue;
      }
      this.#samples += 1;
      if (isFailure(record)) this.#waitingFailures -= 1;
      this.#count(record);
      const before = this.#predicted?.n;
      this.#learn(record);
      if (before !== undefined && this.#predicted?.n === before) this.#predicted.skip();
      const named = this.sequence(this.#plan.algorithm, null, this.#plan.score);
      if (named === undefined || named.n < this.#plan.minSamples) continue;
      this.#isDecided = meetsStopRule(named, this.#plan.rule);
    }
    if (!this.#isDecided) return;
    this.#waiting.clear();
    this.#waitingFailures = 0;
  }

  #learn({ outcomes, category }: SampleRecord): void {
    for (const { label, scores } of this.#instances) {
      const outcome = outcomes[label];
      if (outcome === undefined || 'unscored' in outcome) continue;
      for (const [score, value] of Object.entries(outcome.scores)) {
        const spec = scores[score];
        if (spec === undefined || !isBounded(spec)) continue;
        this.#add([label, null, score], spec, value);
        if (category !== undefined) this.#add([label, category, score], spec, value);
      }
    }
  }

  #add(cell: readonly [label: string, category: string | null, score: string], spec: ScoreSpec, value: number): void {
    const key = JSON.stringify(cell);
    let sequence = this.#sequences.get(key);
    if (sequence === undefined) {
      sequence = boundedSequence({
        range: spec.range,
        binary: isBinary(spec),
        confidence: this.#plan.confidence,
        resolution: resolutionFor(this.#plan, spec),
      });
      this.#sequences.set(key, sequence);
    }
    try {
      sequence?.add(value);
    } catch (thrown) {
      if (!(thrown instanceof RangeError)) throw thrown;
      this.#sequences.set(key, null);
    }
  }

  /** What is known of a score's mean; undefined where that is nothing. */
  sequence(algorithm: string, category: string | null, score: string): ConfidenceSequence | undefined {
    return this.#sequences.get(JSON.stringify([algorithm, category, score])) ?? undefined;
  }

  summary(): StopSummary {
    const { algorithm, score, rule, confidence, minSamples, order, history } = this.#plan;
    const saved = order.rows.length - this.#rows;
    const known = this.sequence(algorithm, null, score);
    return {
      score: `${algorithm}.${score}`,
      rule,
      confidence,
      minSamples,
      decided: this.#isDecided,
      samples: this.#samples,
      saved,
      lastRow: order.rows[this.#rows - 1] ?? null,
      orderSeed: order.seed,
      ...(history === undefined ? {} : { history: { runs: history.runs, rows: history.rows } }),
      reason: this.#reason(known),
    };
  }

  #reason(known: ConfidenceSequence | undefined): string {
    const { algorithm, score, rule } = this.#plan;
    const name = `${algorithm}.${score}`;
    const after = `after ${this.#samples} samples`;
    if (known === undefined) return `nothing is known of ${name} ${after}`;
    const interval = `(${known.lower.toFixed(3)} … ${known.upper.toFixed(3)})`;
    if ('halfWidth' in rule) {
      return `${name} is ${this.#isDecided ? '' : 'not '}known to ± ${rule.halfWidth} ${interval} ${after}`;
    }
    if (!this.#isDecided) return `${name} cannot be told from ${rule.decidedAgainst} ${interval} ${after}`;
    const side = known.lower > rule.decidedAgainst ? 'above' : 'below';
    return `${name} lies ${side} ${rule.decidedAgainst} ${interval} ${after}`;
  }
}

function isFailure({ state }: SampleRecord): boolean {
  return state === 'failed' || state === 'timed_out';
}

function isBounded({ range: [from, to] }: ScoreSpec): boolean {
  return Number.isFinite(from) && Number.isFinite(to) && from < to;
}

/** Ends are rounded outwards to the grid: the wanted half-width is at least four of its steps. */
function isBinary({ kind, range: [from, to] }: ScoreSpec): boolean {
  return kind === 'binary' && from === 0 && to === 1;
}

function resolutionFor({ rule }: PlannedStop, { range: [from, to] }: ScoreSpec): number {
  if (!('halfWidth' in rule)) return RESOLUTION;
  return Math.min(20_000, Math.max(RESOLUTION, Math.ceil((4 * (to - from)) / rule.halfWidth)));
}
