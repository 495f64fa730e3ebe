import { openShards } from 'assay/internal';
import type { RunFlags } from '../flags/run-flags.ts';
import { runAndPrint } from '../run-and-print.ts';

export interface MergeFlags extends RunFlags {
  readonly config?: string;
}

/** Puts the shards of a run together, as if one process had run it. */
export async function merge(runs: readonly string[], { config: file, ...flags }: MergeFlags): Promise<number> {
  const { config, settings, parts } = await openShards(runs, file);
  return runAndPrint(config, { ...settings, ...flags, parts });
}
