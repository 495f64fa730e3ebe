import type { ResolvedModel, SourcePlace, ValidConfig } from '@assay/core';
import type { Reach } from './reach.ts';

/**
 * What a config uses of an AWS account, with the credentials of who runs it.
 * @param isElsewhere whether prompts go to a model or a judge that is neither on this machine nor on AWS
 */
export function awsReach(config: ValidConfig, models: readonly ResolvedModel[], isElsewhere: boolean): Reach[] {
  const { dataset, aws = {} } = config.config;
  const at = (...path: (string | number)[]): SourcePlace => config.placeOf(path);
  const found: Reach[] = [];
  const named = (name: string | undefined, use: string, place: SourcePlace, needs: string | null = null): void => {
    if (name !== undefined) found.push({ kind: 'aws', name, use, at: place, needs });
  };
  for (const location of [dataset.input_data_location].flat()) {
    const bucket = bucketOf(location);
    // What one's own credentials alone may read goes to AWS and to this machine, and nowhere else unasked.
    const needs = bucket !== undefined && isElsewhere ? `--allow-host ${bucket}` : null;
    const sent = needs === null ? '' : ', and a model or judge elsewhere is sent them';
    named(bucket, `is a bucket whose data are read (${location})${sent}`, at('dataset', 'input_data_location'), needs);
  }
  named(aws.bucket, "is the bucket of inputs and results; one of another account's is refused", at('aws', 'bucket'));
  named(aws.role_arn, 'is the role that jobs and endpoints have', at('aws', 'role_arn'));
  named(aws.image_uri, 'is the image that runs the steps of a pipeline, with that role', at('aws', 'image_uri'));
  for (const model of models) found.push(...modelAwsReach(model, at('models', model.index)));
  return found;
}

function modelAwsReach({ name, runner, config, ...model }: ResolvedModel, at: SourcePlace): Reach[] {
  if (runner !== 'sagemaker') return [];
  const { sagemaker } = model as Extract<ResolvedModel, { runner: 'sagemaker' }>;
  const { train_data_path: training, validation_data_path: validation } = config.finetuning ?? {};
  const uses: readonly (readonly [string | undefined, string])[] = [
    [sagemaker.image_uri, `is the image of ${name}`],
    [sagemaker.model_data, `is the weights of ${name}`],
    ...[training, validation].map((path) => [s3Only(path), `trains ${name}`] as const),
  ];
  return uses.flatMap(([used, use]) => (used === undefined ? [] : [{ kind: 'aws', name: used, use, at, needs: null }]));
}

const bucketOf = (location: string): string | undefined => /^s3:\/\/([^/]+)/i.exec(location)?.[1];
const s3Only = (path: string | undefined): string | undefined =>
  path === undefined || bucketOf(path) === undefined ? undefined : path;
