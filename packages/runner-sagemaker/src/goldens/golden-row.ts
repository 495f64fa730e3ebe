import { z } from 'zod';

const edit = z.union([
  z.array(z.object({ path: z.array(z.union([z.string(), z.number()])).min(1), value: z.unknown() })),
  z.record(z.string(), z.unknown()),
]);

/** One resolution by AWS's SDK: what was asked, and what it said. */
export const goldenRow = z.looseObject({
  document: z.string(),
  kind: z.enum(['spec', 'hub', 'proprietary']).default('spec'),
  scope: z.string(),
  instance_type: z.string().optional(),
  region: z.string().default('us-east-1'),
  config: z.string().nullish(),
  hub_content_type: z.enum(['Model', 'ModelReference']).optional(),
  sdk_patched: z.string().optional(),
  edit: edit.optional(),
  expected: z.unknown().optional(),
});

export type GoldenRow = z.output<typeof goldenRow>;

/** What the goldens' hub was when they were made. */
export const HUB = { account: '111122223333', name: 'my-hub', version: '4.6.0' };
/** The repacked archive of a model whose script AWS's SDK packs in. */
export const REPACKED = 's3://user-bucket/REPACKED/model.tar.gz';
/** The user's training data. */
export const TRAINING_DATA = 's3://user-bucket/data/';
