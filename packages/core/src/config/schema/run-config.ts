import { z } from 'zod';

export const maxFailures = z
  .union([
    z.int().min(0),
    z.number().gt(0).lt(1),
    z.string().regex(/^\d+(\.\d+)?%$/, 'must be a count, a share below 1, or a percentage such as "5%"'),
  ])
  .transform((value): { count: number } | { fraction: number } => {
    if (typeof value === 'string') return { fraction: Number.parseFloat(value) / 100 };
    return value > 0 && value < 1 ? { fraction: value } : { count: value };
  })
  .describe('Stop a model (exit code 3) beyond: a count, a share, or "5%". Default: never.');

const REPEAT_REDUCER = /^(mean|majority|pass@[1-9]\d*)$/;

export const repeatConfig = z
  .union([
    z.int().min(1),
    z.strictObject({
      times: z.int().min(1).describe('Answers for each sample.'),
      reducer: z
        .string()
        .regex(REPEAT_REDUCER, 'must be mean, majority or pass@k')
        .default('mean')
        .describe('How they become one score: mean (default), majority or pass@k.'),
    }),
  ])
  .transform((value) => (typeof value === 'number' ? { times: value, reducer: 'mean' } : value))
  .describe('Ask each sample several times.');

export const cacheConfig = z
  .union([
    z.boolean(),
    z.strictObject({
      enabled: z.boolean().default(true).describe('Keep and reuse answers.'),
      dir: z.string().optional().describe('Default: assay in the XDG cache folder.'),
      generations: z.boolean().default(true).describe('Answers of models and judges.'),
      scores: z.boolean().default(true).describe('Without effect.'),
      embeddings: z.boolean().default(true).describe('Findings of classifiers and encoders.'),
      max_size_gb: z.number().gt(0).optional().describe('Prune the oldest above this.'),
    }),
  ])
  .transform((value) =>
    typeof value === 'boolean' ? { enabled: value, generations: value, scores: value, embeddings: value } : value,
  )
  .describe('Reuse of earlier answers. Default true.');

const price = z.number().min(0);

export const priceTable = z
  .strictObject({
    currency: z.string().describe('Such as USD.'),
    as_of: z.string().optional().describe('Their date.'),
    region: z.string().optional().describe('Their region.'),
    instances: z
      .record(
        z.string(),
        z.strictObject({
          endpoint: price.optional().describe('An instance hour of an endpoint.'),
          processing: price.optional().describe('Of a processing job.'),
          training: price.optional().describe('Of a training job.'),
          transform: price.optional().describe('Of a transform job.'),
        }),
      )
      .optional()
      .describe('Instance type → hourly prices.'),
    tokens: z
      .record(
        z.string(),
        z.strictObject({
          input: price.describe('A million prompt tokens.'),
          output: price.describe('A million new tokens.'),
          batch: z.number().min(0).max(1).optional().describe('Share of them that batches cost. Default 0.5.'),
        }),
      )
      .optional()
      .describe('Model (name or id) → prices.'),
  })
  .describe('Your prices; what is missing counts as unknown.');

export const pricesConfig = z.union([z.string().min(1), priceTable]).describe('Your prices, or a YAML file of them.');

export const shardingConfig = z
  .strictObject({
    shards: z.int().min(1).describe('Parts that the dataset is cut into.'),
    instances: z.int().min(1).max(100).optional().describe('Instances that share them. Default: one a part.'),
  })
  .describe('Data parallelism of a pipeline; the summary stays the same.');

export type MaxFailures = z.output<typeof maxFailures>;
export type RepeatConfig = z.output<typeof repeatConfig>;
export type CacheConfig = z.output<typeof cacheConfig>;
export type PriceTable = z.output<typeof priceTable>;
export type PricesConfig = z.output<typeof pricesConfig>;
export type ShardingConfig = z.output<typeof shardingConfig>;
