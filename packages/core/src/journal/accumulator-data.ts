import type { MomentsData } from '@assay/metrics';
import type { SampleState } from '../samples/sample-state.ts';

/** States of an aggregate by independent parts of the samples. */
export interface AggregateUnitsData {
  /** Of a part's hash that tell parts apart. */
  readonly bits: number;
  /** Whether parts are clusters. */
  readonly clustered: boolean;
  readonly units: readonly (readonly [key: number, samples: number, state: unknown])[];
}

/** What some samples of a model add up to, as JSON: for workers, shards and checkpoints. */
export interface AccumulatorData {
  readonly states: Record<SampleState, number>;
  readonly promptTokens: number;
  readonly newTokens: number;
  /** Samples with an answer that was cut at max_new_tokens; absent where an earlier version wrote it. */
  readonly cut?: number;
  readonly cells: readonly {
    readonly label: string;
    readonly category: string | null;
    readonly scores: readonly {
      readonly name: string;
      readonly moments: MomentsData;
      readonly histogram: number[] | null;
      readonly clusters: readonly (readonly [string, MomentsData])[];
      /** By weight and cluster; absent where samples have no weights. */
      readonly weights?: readonly (readonly [weight: number, cluster: string | null, MomentsData])[];
      /** Values of a score without bounds, of samples without weight and cluster; absent of others. */
      readonly counts?: readonly (readonly [value: number, times: number])[];
      /** The same of samples with one; absent where there are none. */
      readonly classCounts?: readonly (readonly [
        weight: number | null,
        cluster: string | null,
        counts: readonly (readonly [value: number, times: number])[],
      ])[];
    }[];
    readonly aggregates: readonly (readonly [string, unknown])[];
    /** By aggregate; absent where an earlier version wrote it. */
    readonly units?: readonly (readonly [string, AggregateUnitsData])[];
    /** Whether samples have weights; absent where they have none. */
    readonly weighted?: true;
    readonly unscored: readonly (readonly [string, number])[];
  }[];
}
