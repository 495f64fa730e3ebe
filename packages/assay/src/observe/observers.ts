import type { RunHooks } from '@assay/core';

/** Who listens to a run beside the terminal. `close` brings what they hold to where it belongs, and never throws. */
export interface Observers {
  readonly hooks: readonly RunHooks[];
  close(): Promise<void>;
}
