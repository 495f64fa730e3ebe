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

/** `shard-0003-of-0008`: sorts by number, and names its results. */
export function shardName({ shard, shards }: ShardPosition): string {
  const padded = (n: number): string => String(n).padStart(4, '0');
  return `shard-${padded(shard)}-of-${padded(shards)}`;
}

/** The shard that such a name, or that of its file, belongs to; undefined for another name. */
export function shardOfName(name: string): ShardPosition | undefined {
  const [, shard, shards] = /^shard-(\d+)-of-(\d+)(?:\.jsonl)?$/.exec(name) ?? [];
  return shard === undefined || shards === undefined ? undefined : { shard: Number(shard), shards: Number(shards) };
}
