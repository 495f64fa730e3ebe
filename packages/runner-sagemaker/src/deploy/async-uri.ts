import type { AwsConfig } from '@assay/core';
import type { SageMakerModel } from '../create-sagemaker-runner.ts';

/**
 * Where requests to an asynchronous endpoint go, and its answers, below the bucket of the config; undefined for every other
 * mode, and where no bucket is named: small requests to an endpoint of somebody else travel inline then.
 */
export function asyncUri(
  { sagemaker }: SageMakerModel,
  { aws, runId }: { readonly aws?: AwsConfig | undefined; readonly runId: string },
): { readonly input: string; readonly output: string } | undefined {
  if (sagemaker.mode !== 'async') return undefined;
  if (aws?.bucket !== undefined) {
    const root = `s3://${aws.bucket}/${(aws.prefix ?? 'assay').replaceAll(/^\/+|\/+$/g, '')}/async/${runId}`;
    return { input: `${root}/input`, output: `${root}/output` };
  }
  return undefined;
}
