import { openShards, type ShardPosition } from 'assay/internal';
import type { RunFlags } from '../flags/run-flags.ts';
import { runAndPrint } from '../run-and-print.ts';

export interface MergeFlags extends RunFlags {
  readonly config?: string;
  readonly as?: ShardPosition;
}

/** Puts the shards of a run together, as if one process had run it, or those of a larger shard. */
export async function merge(
  runs: readonly string[],
  { config: file, as: shard, ...flags }: MergeFlags,
): Promise<number> {
  const { config, settings, parts } = await openShards(runs, { config: file, shard });
  return runAndPrint(config, { ...settings, ...flags, parts });
}
