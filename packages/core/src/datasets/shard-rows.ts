/** One part of a run's samples, by its number from 0: their rows, cut into parts of like length. */
export interface ShardPosition {
  readonly shard: number;
  readonly shards: number;
}

/**
 * The rows of one part: those of all parts together are the run's, each once.
 * @param rows that the run takes, ascending; undefined for the first `count`
 */
export function shardRows(
  rows: readonly number[] | undefined,
  count: number,
  { shard, shards }: ShardPosition,
): readonly number[] {
  const from = Math.floor((count * shard) / shards);
  const to = Math.floor((count * (shard + 1)) / shards);
  return rows?.slice(from, to) ?? Array.from({ length: to - from }, (_, i) => from + i);
}
