import { z } from 'zod';
import type { RowRange } from '../datasets/row-selection.ts';
import type { ShardPosition } from '../datasets/shard-rows.ts';
import { type StoredShape, storedShape } from '../storage/read-json.ts';
import type { RunFolder } from '../storage/run-folder.ts';

/** What a command line may say over a config that affects answers and scores. */
export interface RunOptions {
  readonly limit?: number | RowRange | undefined;
  /** Only these models, by name. */
  readonly models?: readonly string[] | undefined;
  /** Only these algorithms, by name or alias. */
  readonly algorithms?: readonly string[] | undefined;
  readonly seed?: number | undefined;
  /** Answers asked for each sample. */
  readonly repeat?: number | undefined;
  readonly strict?: boolean | undefined;
}

interface ModelOptions {
  readonly runner?: string | undefined;
  readonly localModel?: string | undefined;
}

/** One of the parts of a run, which `assay merge` puts together; each has the digest of the whole. */
export interface RunShard extends ShardPosition {
  /** What was asked for over the config, by which the whole is planned again. */
  readonly options: RunOptions & ModelOptions;
}

/** A run that holds a part of the samples, of one model or of all. */
export interface RunPart {
  readonly folder: RunFolder;
  /** Which samples: parts of the same ones have the same number. */
  readonly shard: number;
}

export const storedShard: StoredShape<RunShard> = storedShape(() => {
  const texts = z.array(z.string());
  return z
    .looseObject({
      shard: z.int().min(0),
      shards: z.int().min(1),
      options: z.looseObject({
        limit: z.union([z.number(), z.looseObject({ from: z.number(), to: z.number() })]).exactOptional(),
        models: texts.exactOptional(),
        algorithms: texts.exactOptional(),
        runner: z.string().exactOptional(),
        localModel: z.string().exactOptional(),
        seed: z.number().exactOptional(),
        repeat: z.number().exactOptional(),
        strict: z.boolean().exactOptional(),
      }),
    })
    .refine(({ shard, shards }) => shard < shards, 'a shard behind the last');
});

export function shardOf(position: ShardPosition, options: RunOptions & ModelOptions): RunShard {
  const { limit, models, algorithms, runner, localModel, seed, repeat, strict } = options;
  return { ...position, options: { limit, models, algorithms, runner, localModel, seed, repeat, strict } };
}

/** As people count: `shard 3 of 8`. */
export function shardText(position: ShardPosition | undefined): string {
  return position === undefined ? 'the whole run' : `shard ${position.shard + 1} of ${position.shards}`;
}
