import {
  type AwsConfig,
  type AwsSettings,
  awsServices,
  type OpenSettings,
  owner,
  resolveRunners,
  type StepConfig,
} from 'assay/internal';

/** Region and identity of a step's calls. @param index the model whose region counts; without one that of the pipeline does */
export async function awsSettings({ loaded, settings }: StepConfig, index?: number): Promise<AwsSettings> {
  const { resolveAwsSettings } = await awsServices();
  const model = index === undefined ? undefined : resolveRunners(loaded)[index];
  const modelRegion = model?.runner === 'sagemaker' ? model.sagemaker.region : undefined;
  return resolveAwsSettings({ region: settings.region, modelRegion, aws: loaded.config.aws });
}

/** What the start of the pipeline said. */
export function openSettings({ settings: { region, roleArn, acceptEula } }: StepConfig): OpenSettings {
  return { region, roleArn, acceptEula };
}

/** The config's, with the bucket and prefix that the pipeline was started with. */
export function awsOf({ loaded, settings }: StepConfig): AwsConfig | undefined {
  const { aws } = loaded.config;
  const [, bucket, prefix] = /^s3:\/\/([^/]+)\/(.+)\/executions$/.exec(settings.resultsUri ?? '') ?? [];
  return bucket === undefined || prefix === undefined ? aws : { ...aws, bucket, prefix };
}

/** Who started the pipeline: a tag of what its steps create. */
export const ownerOf = ({ settings }: StepConfig): string => settings.owner ?? owner();
