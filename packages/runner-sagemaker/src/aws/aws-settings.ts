import { AssayError, type AwsConfig } from '@assay/core';
import type { AwsSettings } from './aws-connection.ts';

export interface AwsOptions {
  /** `--region` */
  readonly region?: string | undefined;
  /** `--profile` */
  readonly profile?: string | undefined;
  /** `--assume-role`: a role to take on for the calls of this process; not the role of the jobs. */
  readonly assumeRole?: string | undefined;
  readonly aws?: AwsConfig | undefined;
  /** Region of one model's block: wins over `aws.region`, and `region` over it. */
  readonly modelRegion?: string | undefined;
  /** Where nothing names a region. @default an error */
  readonly fallbackRegion?: string | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/**
 * Region and credentials by the order flag, config, environment, profile. AWS_DEFAULT_REGION counts too, which the
 * JavaScript SDK alone ignores. @throws AssayError AWS_CREDENTIALS when nothing names a region
 */
export async function resolveAwsSettings(options: AwsOptions = {}): Promise<AwsSettings> {
  const env = options.env ?? process.env;
  const profile = options.profile ?? options.aws?.profile;
  const region =
    options.region ??
    options.modelRegion ??
    options.aws?.region ??
    // An empty variable is one that is not set.
    (env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined) ??
    (await profileRegion(profile ?? env.AWS_PROFILE ?? 'default')) ??
    options.fallbackRegion;
  if (region === undefined) {
    throw new AssayError('AWS_CREDENTIALS', 'no AWS region is set', {
      hint: 'pass --region, or write aws.region in the config, or set AWS_REGION',
    });
  }
  const endpoint = env.AWS_ENDPOINT_URL;
  const credentials = await credentialsOf(profile, options.assumeRole, region, endpoint);
  return {
    region,
    ...(credentials === undefined ? {} : { credentials }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}

async function credentialsOf(
  profile: string | undefined,
  assumeRole: string | undefined,
  region: string,
  endpoint: string | undefined,
): Promise<AwsSettings['credentials']> {
  if (profile === undefined && assumeRole === undefined) return undefined;
  const { fromNodeProviderChain, fromTemporaryCredentials } = await import('@aws-sdk/credential-providers');
  const own = fromNodeProviderChain(profile === undefined ? {} : { profile });
  if (assumeRole === undefined) return own;
  return fromTemporaryCredentials({
    masterCredentials: own,
    params: { RoleArn: assumeRole, RoleSessionName: 'assay' },
    clientConfig: { region, ...(endpoint === undefined ? {} : { endpoint }) },
  });
}

async function profileRegion(profile: string): Promise<string | undefined> {
  const { parseKnownFiles } = await import('@smithy/core/config');
  const profiles = await parseKnownFiles({}).catch(() => undefined);
  return profiles?.[profile]?.region;
}
