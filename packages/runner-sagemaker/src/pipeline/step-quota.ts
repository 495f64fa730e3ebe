import type { AwsConfig } from '@assay/core';
import { allSteps } from './check-definition.ts';
import type { PipelineDefinition } from './definition.ts';

/** Steps of a pipeline that AWS allows an account by default; `aws.quotas.pipeline_steps` says what yours are. */
const PIPELINE_STEPS = 50;

/** What a definition needs beyond the account's quotas; undefined where it fits. */
export function stepQuotaProblem(definition: PipelineDefinition, aws: AwsConfig | undefined): string | undefined {
  const allowed = aws?.quotas?.pipeline_steps ?? PIPELINE_STEPS;
  const { length } = allSteps(definition.Steps);
  return length <= allowed ? undefined : `the pipeline has ${length} steps; an account may have ${allowed}`;
}

/** What to do about it. */
export const STEP_QUOTA_HINT =
  'ask AWS for more (Service Quotas), split the config, or write aws.quotas: { pipeline_steps: N } if yours is higher';
