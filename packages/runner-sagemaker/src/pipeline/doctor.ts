import { type AssayError, type AwsConfig, type Clock, isAssayError, systemClock, toAssayError } from '@assay/core';
import type { AwsConnection } from '../aws/aws-connection.ts';
import { awsError } from '../aws/aws-error.ts';
import { checkBucketRegion } from '../aws/bucket-region.ts';
import { ControlCalls } from '../ownership/control-calls.ts';
import { allSteps } from './check-definition.ts';
import { checkImage } from './check-image.ts';
import { checkQuotas } from './check-quotas.ts';
import type { PipelineDefinition } from './definition.ts';
import type { DoctorFinding } from './doctor-finding.ts';
import { quotaHint, stepProblem } from './quota-problems.ts';
import type { QuotaUse } from './quota-use.ts';
import { roleTrust, TRUST_STATEMENT } from './role-trust.ts';

export interface DoctorOptions {
  readonly bucket?: string | undefined;
  readonly roleArn?: string | undefined;
  readonly imageUri?: string | undefined;
  /** What the pipeline has under way at the same time; without it no quota of instances is looked at. */
  readonly uses?: readonly QuotaUse[] | undefined;
  /** Renders the pipeline, to see whether AWS would take it. @throws AssayError where it would not */
  readonly render?: (() => PipelineDefinition) | undefined;
  readonly aws?: AwsConfig | undefined;
  readonly clock?: Clock | undefined;
}

/** Checks what a pipeline needs before anything is created: who calls, what they may read, which settings are missing. */
export async function checkAws(connection: AwsConnection, options: DoctorOptions): Promise<readonly DoctorFinding[]> {
  const findings: DoctorFinding[] = [];
  const identity = await attempt('identity', () => identify(connection), {
    action: 'sts:GetCallerIdentity',
    resource: '*',
    region: connection.region,
  });
  findings.push(identity);
  if (identity.ok) {
    findings.push(
      await attempt('sagemaker', () => listPipelines(connection), {
        action: 'sagemaker:ListPipelines',
        resource: '*',
        region: connection.region,
      }),
    );
    if (options.bucket !== undefined) {
      const tried = { action: 's3:ListBucket', resource: `arn:aws:s3:::${options.bucket}`, region: connection.region };
      findings.push(await attempt('bucket', () => headBucket(connection, options.bucket!), tried));
    }
  }
  if (options.bucket === undefined)
    findings.push({
      check: 'bucket',
      ok: false,
      message: 'no bucket is set',
      hint: 'pass --bucket, or write aws.bucket',
    });
  const reachable = identity.ok ? connection : undefined;
  const calls = reachable === undefined ? undefined : new ControlCalls(reachable, options.clock ?? systemClock);
  findings.push(
    await checkRole(reachable, options.roleArn),
    await checkImage(calls, options.imageUri, connection.region),
  );
  if (calls !== undefined) findings.push(...(await checkQuotas(calls, options.uses ?? [], options.aws)));
  if (options.render !== undefined) findings.push(checkPipeline(options.render, options.aws));
  return findings;
}

function checkPipeline(render: () => PipelineDefinition, aws: AwsConfig | undefined): DoctorFinding {
  const check = 'pipeline';
  try {
    const definition = render();
    const [problem] = stepProblem(definition, aws);
    if (problem !== undefined) return { check, ok: false, message: problem.message, hint: quotaHint(problem) };
    return {
      check,
      ok: true,
      message: `${allSteps(definition.Steps).length} steps, as AWS’s own models of requests allow`,
    };
  } catch (thrown) {
    const { message, hint } = toAssayError(thrown, 'CONFIG_INVALID');
    return { check, ok: false, message, ...(hint === undefined ? {} : { hint }) };
  }
}

async function attempt(
  check: DoctorFinding['check'],
  work: () => Promise<string>,
  tried: Parameters<typeof awsError>[1],
): Promise<DoctorFinding> {
  try {
    return { check, ok: true, message: await work() };
  } catch (thrown) {
    const error: AssayError = isAssayError(thrown) ? thrown : awsError(thrown, tried);
    return { check, ok: false, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  }
}

async function identify(connection: AwsConnection): Promise<string> {
  const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
  const client = await connection.sts();
  const { Arn } = await client.send(new GetCallerIdentityCommand({}));
  return `${Arn} in ${connection.region}`;
}

async function listPipelines(connection: AwsConnection): Promise<string> {
  const { ListPipelinesCommand } = await import('@aws-sdk/client-sagemaker');
  const client = await connection.sagemaker();
  await client.send(new ListPipelinesCommand({ MaxResults: 1 }));
  return 'pipelines can be listed';
}

async function headBucket(connection: AwsConnection, bucket: string): Promise<string> {
  await checkBucketRegion(connection, bucket);
  return `s3://${bucket} is there`;
}

/** @param connection absent where no call can be made */
async function checkRole(connection: AwsConnection | undefined, roleArn: string | undefined): Promise<DoctorFinding> {
  if (roleArn === undefined)
    return {
      check: 'role',
      ok: false,
      message: 'no execution role is set',
      hint: 'pass --role-arn, or write aws.role_arn, or set ASSAY_SAGEMAKER_ROLE',
    };
  const isArn = /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(roleArn);
  if (!isArn)
    return {
      check: 'role',
      ok: false,
      message: `${roleArn} is no ARN of a role`,
      hint: 'write arn:aws:iam::<account>:role/<name>',
    };
  const unseen = `${roleArn}; whether SageMaker may assume it is not known`;
  if (connection === undefined) return { check: 'role', ok: true, message: unseen };
  try {
    const trust = await roleTrust(connection, roleArn);
    if (trust === 'untrusted')
      return {
        check: 'role',
        ok: false,
        message: `SageMaker may not assume ${roleArn}`,
        hint: `add to its trust policy: ${TRUST_STATEMENT}`,
      };
    const message = trust === 'trusted' ? `${roleArn}, which SageMaker may assume` : `${unseen} (it takes iam:GetRole)`;
    return { check: 'role', ok: true, message };
  } catch (thrown) {
    const { message, hint } = toAssayError(thrown, 'AWS_SERVICE');
    return { check: 'role', ok: false, message, ...(hint === undefined ? {} : { hint }) };
  }
}
