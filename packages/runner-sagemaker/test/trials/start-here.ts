import { buildPipeline, planRun, resolveRunners, type ValidConfig } from '@assay/core';
import type { AwsConnection } from '../../src/aws/aws-connection.ts';
import { S3Bucket } from '../../src/aws/s3-bucket.ts';
import { renderPipeline } from '../../src/pipeline/render-pipeline.ts';
import { stageInputs } from '../../src/pipeline/stage-inputs.ts';
import { startPipeline } from '../../src/pipeline/start-pipeline.ts';
import type { StandIn } from '../stand-in/stand-in.ts';

/** Uploads and starts into the bucket `bkt`, as `assay pipeline start` does. @returns the execution's ARN */
export async function startHere(
  connection: AwsConnection,
  { clock }: StandIn,
  config: ValidConfig,
  roleArn: string,
): Promise<string> {
  const graph = buildPipeline(config.config, resolveRunners(config));
  const plan = await planRun(config, { openRunner: notHere, openHelper: notHere });
  const named = { datasetName: plan.dataset.name, roleArn };
  const { inputs } = await stageInputs(
    new S3Bucket(connection, 'bkt', clock),
    `assay/${graph.name}`,
    config.text,
    named,
    plan.dataset.files,
  );
  const definition = renderPipeline(graph, { bucket: 'bkt', roleArn, imageUri: 'img:1' });
  return startPipeline(graph, definition, { connection, roleArn, clock, parameters: { Inputs: inputs } });
}

async function notHere(): Promise<never> {
  throw new Error('not here');
}
