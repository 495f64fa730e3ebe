import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ShardPosition } from '../../datasets/shard-rows.ts';
import { parseStored, type StoredShape, storedShape } from '../../storage/read-json.ts';

/**
 * One part of a run's samples. The rows themselves are not copied: a shard is a file of a few bytes that SageMaker deals out
 * to instances.
 */
export interface Shard extends ShardPosition {
  readonly format: 1;
  /** Of the plan that it is a part of. */
  readonly planDigest: string;
  /** Of a dataset that comes as an input: its files as the first step saw them, below that input. More may come later. */
  readonly files?: readonly { readonly path: string; readonly pin: string }[];
}

const shard: StoredShape<Shard> = storedShape(() =>
  z.looseObject({
    format: z.literal(1),
    shard: z.number(),
    shards: z.number(),
    planDigest: z.string(),
    files: z.array(z.looseObject({ path: z.string(), pin: z.string() })).exactOptional(),
  }),
);

/** `shard-0003-of-0008.json`: sorts by number, and names its results. */
export function shardName({ shard, shards }: ShardPosition): string {
  const padded = (n: number): string => String(n).padStart(4, '0');
  return `shard-${padded(shard)}-of-${padded(shards)}`;
}

/** The number in such a name; undefined for another name. */
export function shardNumber(name: string): number | undefined {
  const number = /^shard-(\d+)-of-\d+$/.exec(name)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** The shards dealt out to this instance; none where there are more instances than shards. */
export async function readShards(folder: string): Promise<Shard[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    files.map(async (name) =>
      parseStored(join(folder, name), await readFile(join(folder, name), 'utf8'), shard, 'RUN_DAMAGED'),
    ),
  );
}
