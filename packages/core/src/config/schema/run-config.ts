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
  .describe(
    'Skip the rest of a model’s samples once more than this failed: a count, a share below 1, or "5%". Exit code 3. Default: never.',
  );

const REPEAT_REDUCER = /^(mean|majority|pass@[1-9]\d*)$/;

export const repeatConfig = z
  .union([
    z.int().min(1),
    z.strictObject({
      times: z.int().min(1).describe('Answers asked of the model for each sample.'),
      reducer: z
        .string()
        .regex(REPEAT_REDUCER, 'must be mean, majority or pass@k')
        .default('mean')
        .describe('How the repeats of a sample become one score: mean (default), majority, or pass@k.'),
    }),
  ])
  .transform((value) => (typeof value === 'number' ? { times: value, reducer: 'mean' } : value))
  .describe('Ask each sample several times; intervals are clustered by sample.');

export const cacheConfig = z
  .union([
    z.boolean(),
    z.strictObject({
      enabled: z.boolean().default(true).describe('Whether answers are kept and reused.'),
      dir: z.string().optional().describe('Cache folder. Default: assay in the XDG cache folder.'),
      generations: z.boolean().default(true).describe('Keep what models and judges answered.'),
      scores: z.boolean().default(true).describe('Accepted, without effect: no scores are kept.'),
      embeddings: z
        .boolean()
        .default(true)
        .describe('Keep what classifiers and encoders found in texts (labels, similarities, BERTScore).'),
      max_size_gb: z.number().gt(0).optional().describe('Prune the oldest entries above this size.'),
    }),
  ])
  .transform((value) =>
    typeof value === 'boolean' ? { enabled: value, generations: value, scores: value, embeddings: value } : value,
  )
  .describe('Reuse of earlier answers: true, false, or settings. Default true.');

const price = z.number().min(0);

export const priceTable = z
  .strictObject({
    currency: z.string().describe('Currency of every figure, such as USD.'),
    as_of: z.string().optional().describe('Date of the prices.'),
    region: z.string().optional().describe('Region of the prices.'),
    instances: z
      .record(
        z.string(),
        z.strictObject({
          endpoint: price.optional().describe('Per instance hour of an endpoint.'),
          processing: price.optional().describe('Per instance hour of a processing job.'),
          training: price.optional().describe('Per instance hour of a training job.'),
          transform: price.optional().describe('Per instance hour of a transform job.'),
        }),
      )
      .optional()
      .describe('Instance type → hourly prices.'),
    tokens: z
      .record(
        z.string(),
        z.strictObject({
          input: price.describe('Per million prompt tokens.'),
          output: price.describe('Per million new tokens.'),
          batch: z
            .number()
            .min(0)
            .max(1)
            .optional()
            .describe('Share of these prices that a request in a batch costs. Default 0.5.'),
        }),
      )
      .optional()
      .describe('Model (name or id) → prices per million tokens.'),
  })
  .describe('Your prices: none are built in, and what is missing counts as unknown.');

export const pricesConfig = z
  .union([z.string().min(1), priceTable])
  .describe('A price table, or the path of a YAML file with one.');

export const shardingConfig = z
  .strictObject({
    shards: z.int().min(1).describe('Into how many parts the dataset is cut for a pipeline.'),
    instances: z
      .int()
      .min(1)
      .max(100)
      .optional()
      .describe('Processing instances that share the parts. Default: one per part.'),
  })
  .describe('Data parallelism of a pipeline. The summary does not depend on it.');

export type MaxFailures = z.output<typeof maxFailures>;
export type RepeatConfig = z.output<typeof repeatConfig>;
export type CacheConfig = z.output<typeof cacheConfig>;
export type PriceTable = z.output<typeof priceTable>;
export type PricesConfig = z.output<typeof pricesConfig>;
export type ShardingConfig = z.output<typeof shardingConfig>;
