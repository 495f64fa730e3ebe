import type { ScoreOutcome, Unscored } from '../algorithms/algorithm.ts';
import { DIGEST_BYTES } from '../samples/sample-digest.ts';
import type { SampleState } from '../samples/sample-state.ts';
import type { RangedSample } from './journal-record.ts';

/** What one algorithm says of the rows of a part. */
export interface AlgorithmColumns {
  readonly label: string;
  /** Names of its scores. */
  readonly names: readonly string[];
  /** Row by row, the scores in the order of their names: each scored row has all of them. */
  readonly values: Float64Array;
  /** Why rows have no scores, by row. */
  readonly unscored: Map<number, Unscored>;
  /** In place of all this, where an algorithm is scored sample by sample: what it said of each row. */
  readonly outcomes: ScoreOutcome[] | undefined;
}

/** An algorithm as it has columns; `sampled` where it is scored sample by sample. */
export interface ColumnsOf extends Pick<AlgorithmColumns, 'label' | 'names'> {
  readonly sampled: boolean;
}

/** The scored samples of a part, in columns: no object for a row. */
export class ScoredColumns {
  /** Rows so far. */
  size = 0;
  /** Of each row: the sample's index in the dataset… */
  readonly samples: Float64Array;
  /** …its digest, as bytes… */
  readonly digests: Buffer;
  /** …and the rest of what the dataset says of it; undefined where no row has it. */
  categories: (string | undefined)[] | undefined;
  clusters: (string | undefined)[] | undefined;
  weights: number[] | undefined;
  readonly algorithms: readonly AlgorithmColumns[];

  /** @param capacity rows at most */
  constructor(capacity: number, algorithms: readonly ColumnsOf[]) {
    this.samples = new Float64Array(capacity);
    this.digests = Buffer.alloc(DIGEST_BYTES * capacity);
    this.algorithms = algorithms.map(({ label, names, sampled }) => ({
      label,
      names,
      values: new Float64Array(sampled ? 0 : capacity * names.length),
      unscored: new Map(),
      outcomes: sampled ? [] : undefined,
    }));
  }

  /** In hexadecimal digits. */
  digest(row: number): string {
    return this.digests.toString('hex', DIGEST_BYTES * row, DIGEST_BYTES * (row + 1));
  }

  outcome(algorithm: AlgorithmColumns, row: number): ScoreOutcome {
    const { names, values, unscored, outcomes } = algorithm;
    if (outcomes !== undefined) return outcomes[row]!;
    const reason = unscored.get(row);
    if (reason !== undefined) return reason;
    const scores: Record<string, number> = {};
    for (let k = 0; k < names.length; k++) scores[names[k]!] = values[row * names.length + k]!;
    return { scores };
  }

  state(row: number): SampleState {
    for (const { unscored, outcomes } of this.algorithms) {
      if (outcomes === undefined ? !unscored.has(row) : 'scores' in outcomes[row]!) return 'scored';
    }
    return 'unscored';
  }

  /** What of the row counts beside its scores. */
  placed(row: number): Pick<RangedSample, 'digest' | 'cluster' | 'weight'> {
    const cluster = this.clusters?.[row];
    const weight = this.weights?.[row];
    const placed: { digest: string; cluster?: string; weight?: number } = { digest: this.digest(row) };
    if (cluster !== undefined) placed.cluster = cluster;
    if (weight !== undefined) placed.weight = weight;
    return placed;
  }

  /** The row as a line of a scored range. */
  record(row: number): RangedSample {
    const outcomes: Record<string, ScoreOutcome> = {};
    for (const algorithm of this.algorithms) outcomes[algorithm.label] = this.outcome(algorithm, row);
    const record: { -readonly [Name in keyof RangedSample]: RangedSample[Name] } = {
      sample: this.samples[row]!,
      digest: this.digest(row),
      state: this.state(row),
      outcomes,
    };
    const category = this.categories?.[row];
    const cluster = this.clusters?.[row];
    const weight = this.weights?.[row];
    if (category !== undefined) record.category = category;
    if (cluster !== undefined) record.cluster = cluster;
    if (weight !== undefined) record.weight = weight;
    return record;
  }
}
