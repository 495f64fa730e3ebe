import type { Algorithm } from '@assay/core';

/** An algorithm with its options, as an evaluation takes it. */
export interface AlgorithmUse {
  readonly name: string;
  /** As under `algorithms` of a config: options, and `name`, `robustness`, `compat`. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Where it stands in no table. */
  readonly own?: Algorithm;
}

/** What every algorithm takes beside its own options. */
export interface CommonOptions {
  /** Its name in results, where the same algorithm stands twice. */
  readonly name?: string;
  /** Asks disturbed variants too, and reports how far each score falls. */
  readonly robustness?: Readonly<Record<string, unknown>>;
}
