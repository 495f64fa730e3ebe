import { AssayError } from '@assay/core';

/** Regions that have JumpStart's buckets, as AWS's SDK lists them. */
const REGIONS = new Set(
  'af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 cn-north-1 cn-northwest-1 eu-central-1 eu-central-2 eu-isoe-west-1 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 eusc-de-east-1 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-gov-east-1 us-gov-west-1 us-iso-east-1 us-isob-east-1 us-isof-east-1 us-isof-south-1 us-west-1 us-west-2'.split(
    ' ',
  ),
);

/** Regions with a bucket of draft models for speculative decoding. */
const WITH_DRAFTS = new Set(
  'ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2'.split(
    ' ',
  ),
);

/** Buckets of one region, each of which AWS's own variables can replace. */
export interface JumpStartBuckets {
  /** Public: manifest, specs, scripts, open weights. */
  readonly content: string;
  /** Weights behind a licence. */
  readonly gated: string;
  /** Draft models for speculative decoding. */
  readonly drafts: string | undefined;
  /** Takes the place of content and gated for weights of models. */
  readonly weightsOverride: string | undefined;
  /** Scripts. */
  readonly scripts: string;
}

/** @throws AssayError CONFIG_INVALID for a region without JumpStart */
export function jumpStartBuckets(
  region: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): JumpStartBuckets {
  const given = (name: string): string | undefined => environment[`AWS_${name}_OVERRIDE`] || undefined;
  const contentOverride = given('JUMPSTART_CONTENT_BUCKET');
  if (!REGIONS.has(region) && contentOverride === undefined)
    throw new AssayError('CONFIG_INVALID', `JumpStart is not in the region ${region}`, {
      hint: `it is in ${[...REGIONS].join(', ')}`,
    });
  const content = contentOverride ?? `jumpstart-cache-prod-${region}`;
  return {
    content,
    gated: given('JUMPSTART_GATED_CONTENT_BUCKET') ?? `jumpstart-private-cache-prod-${region}`,
    drafts: given('NEO_CONTENT_BUCKET') ?? (WITH_DRAFTS.has(region) ? `sagemaker-sd-models-prod-${region}` : undefined),
    weightsOverride: given('JUMPSTART_MODEL_BUCKET'),
    scripts: given('JUMPSTART_SCRIPT_BUCKET') ?? content,
  };
}

export const hasJumpStart = (region: string): boolean =>
  REGIONS.has(region) || (process.env.AWS_JUMPSTART_CONTENT_BUCKET_OVERRIDE ?? '') !== '';

const DOMAINS: Readonly<Record<string, string>> = {
  'cn-north-1': 'amazonaws.com.cn',
  'cn-northwest-1': 'amazonaws.com.cn',
  'us-iso-east-1': 'c2s.ic.gov',
  'us-isob-east-1': 'sc2s.sgov.gov',
  'us-isof-south-1': 'csp.hci.ic.gov',
  'us-isof-east-1': 'csp.hci.ic.gov',
  'eu-isoe-west-1': 'cloud.adc-e.uk',
};

/** Where a licence can be read: always in the public bucket, also for gated models. */
export function eulaLink(key: string, region: string): string {
  const { content } = jumpStartBuckets(region);
  return `https://${content}.s3.${region}.${DOMAINS[region] ?? 'amazonaws.com'}/${key}`;
}
