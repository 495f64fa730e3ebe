import { createHash } from 'node:crypto';
import { AssayError, type Clock, type Decision, type Summary, systemClock } from '@assay/core';
import type { ContainerDefinition, CreateModelPackageCommandInput } from '@aws-sdk/client-sagemaker';
import { AwsConnection, type AwsSettings } from '../aws/aws-connection.ts';
import { S3Bucket } from '../aws/s3-bucket.ts';
import { parseS3Uri } from '../aws/s3-uri.ts';
import type { SageMakerModel } from '../create-sagemaker-runner.ts';
import { createContainer } from '../deploy/create-inputs.ts';
import { planDeployment } from '../deploy/deployment-plan.ts';
import { defaultSources } from '../jumpstart/default-sources.ts';
import type { ModelSource } from '../jumpstart/model-source.ts';
import { ControlCalls } from '../ownership/control-calls.ts';
import { OWNER_TAG, RUN_TAG, tagList } from '../ownership/owned-tags.ts';

export interface RegisterStepOptions extends AwsSettings {
  readonly runId: string;
  readonly group: string;
  readonly groupDescription?: string | undefined;
  /** Who to ask about the group; a tag. */
  readonly owner: string;
  /** Further tags of the group. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly summary: Summary;
  readonly decision: Decision;
  /** `s3://bucket/prefix` that takes the scores attached to the package; without it none are attached. */
  readonly metricsUri?: string | undefined;
  /** `s3://…/report.html` of the run, named in the package's metadata. */
  readonly reportUri?: string | undefined;
  /** What the deploy step deployed; otherwise what it would deploy. */
  readonly container?: ContainerDefinition | undefined;
  readonly modelSources?: readonly ModelSource[] | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * Registers the model in a group, made if it is not there: with its deciding score as metadata and all its scores
 * attached as model quality statistics. Approval is left to a human. @returns ARN of the package
 */
export async function registerStep(model: SageMakerModel, options: RegisterStepOptions): Promise<string> {
  const { group, summary, decision, metricsUri, runId } = options;
  const connection = new AwsConnection(options);
  const { clock = systemClock } = options;
  const calls = new ControlCalls(connection, clock);
  try {
    const sdk = await import('@aws-sdk/client-sagemaker');
    const client = await connection.sagemaker();
    await calls.call<unknown>(
      'CreateModelPackageGroup',
      group,
      (abortSignal) =>
        client.send(
          new sdk.CreateModelPackageGroupCommand({
            ModelPackageGroupName: group,
            // A group outlives the run: it has no expiry.
            Tags: tagList({ ...options.tags, [RUN_TAG]: runId, [OWNER_TAG]: options.owner }),
            ...(options.groupDescription === undefined
              ? {}
              : { ModelPackageGroupDescription: options.groupDescription }),
          }),
          { abortSignal },
        ),
      {
        recover: async (thrown) =>
          /already exist/i.test((thrown as Error).message) ? { value: undefined } : undefined,
      },
    );
    const container = await containerOf(model, connection, options);
    const statistics =
      metricsUri === undefined ? undefined : await attachScores(connection, clock, model.name, summary, metricsUri);
    const input: CreateModelPackageCommandInput = {
      ModelPackageGroupName: group,
      ModelPackageDescription: `${model.name}, evaluated in run ${runId}`,
      ModelApprovalStatus: 'PendingManualApproval',
      InferenceSpecification: {
        Containers: [container],
        SupportedContentTypes: ['application/json'],
        SupportedResponseMIMETypes: ['application/json'],
      },
      CustomerMetadataProperties: metadata(model.name, summary, decision, { runId, reportUri: options.reportUri }),
      // The same for every try of this step: one whose answer is lost registers nothing twice.
      ClientToken: createHash('sha256')
        .update(JSON.stringify([runId, group, model.name]))
        .digest('hex')
        .slice(0, 36),
      SkipModelValidation: 'All',
      ...(statistics === undefined
        ? {}
        : { ModelMetrics: { ModelQuality: { Statistics: { ContentType: 'application/json', S3Uri: statistics } } } }),
    };
    const created = await calls.call('CreateModelPackage', group, (abortSignal) =>
      client.send(new sdk.CreateModelPackageCommand(input), { abortSignal }),
    );
    return created.ModelPackageArn ?? '';
  } finally {
    await connection.close();
  }
}

type Container = NonNullable<
  NonNullable<CreateModelPackageCommandInput['InferenceSpecification']>['Containers']
>[number];

async function containerOf(
  model: SageMakerModel,
  connection: AwsConnection,
  { container, modelSources, clock }: RegisterStepOptions,
): Promise<Container> {
  if (container !== undefined) return packageContainer(container);
  const { model: found, acceptEula } = await planDeployment(model.name, model.sagemaker, model.config, {
    sources: modelSources ?? defaultSources(connection, { clock, hub: model.sagemaker.hub }),
  });
  if (found.kind === 'artefacts') return packageContainer(createContainer(found, acceptEula));
  throw new AssayError('CONFIG_INVALID', `${model.name} is a model package or an existing model already`, {
    hint: 'only a model with an image can be registered',
  });
}

function packageContainer(container: ContainerDefinition): Container {
  const { Image, Environment, ModelDataUrl, ModelDataSource } = container;
  return {
    Image,
    ...(ModelDataUrl === undefined ? {} : { ModelDataUrl }),
    ...(Environment === undefined ? {} : { Environment }),
    ...(ModelDataSource === undefined ? {} : { ModelDataSource }),
  };
}

/** At most 50 entries of 256 characters; the AWS sample's `score` and `algorithm` among them. */
function metadata(
  model: string,
  summary: Summary,
  { selection }: Decision,
  { runId, reportUri }: { readonly runId: string; readonly reportUri: string | undefined },
): Record<string, string> {
  const [algorithm = '', score = ''] = selection.score.split('.');
  const row = summary.scores.find(
    (each) => each.model === model && each.algorithm === algorithm && each.score === score && each.category === null,
  );
  const all = {
    algorithm,
    score_name: score,
    score: String(row?.value ?? 'none'),
    n: String(row?.n ?? 0),
    ...(row?.interval == null ? {} : { interval: `${row.interval[0]} … ${row.interval[1]}` }),
    ...(reportUri === undefined ? {} : { report: reportUri }),
    [RUN_TAG]: runId,
  };
  return Object.fromEntries(Object.entries(all).map(([key, value]) => [key, value.slice(0, 256)]));
}

async function attachScores(
  connection: AwsConnection,
  clock: Clock,
  model: string,
  summary: Summary,
  prefix: string,
): Promise<string> {
  const uri = `${prefix.replace(/\/+$/, '')}/model-quality-${encodeURIComponent(model)}.json`;
  const { bucket, key } = parseS3Uri(uri);
  const scores = summary.scores.filter((row) => row.model === model);
  const text = JSON.stringify({ model, run: summary.run, scores }, null, 2);
  await new S3Bucket(connection, bucket, clock).put(key, () => text, { contentType: 'application/json' });
  return uri;
}
