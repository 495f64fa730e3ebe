import type { MomentsData } from '@assay/metrics';
import type { SampleState } from '../samples/sample-state.ts';

/** What some samples of a model add up to, as JSON: for workers, shards and checkpoints. */
export interface AccumulatorData {
  readonly states: Record<SampleState, number>;
  readonly promptTokens: number;
  readonly newTokens: number;
  readonly cells: readonly {
    readonly label: string;
    readonly category: string | null;
    readonly scores: readonly {
      readonly name: string;
      readonly moments: MomentsData;
      readonly histogram: number[] | null;
      readonly clusters: readonly (readonly [string, MomentsData])[];
    }[];
    readonly aggregates: readonly (readonly [string, unknown])[];
    readonly unscored: readonly (readonly [string, number])[];
  }[];
}
