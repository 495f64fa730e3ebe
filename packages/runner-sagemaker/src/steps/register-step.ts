import { createHash } from 'node:crypto';
import { AssayError, type Clock, type Decision, type Summary, systemClock } from '@assay/core';
import type {
  ContainerDefinition,
  CreateModelPackageCommandInput,
  MetricsSource,
  ModelApprovalStatus,
  ModelMetrics,
} from '@aws-sdk/client-sagemaker';
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
import { describedAs, packageMetadata } from './package-metadata.ts';
import { biasReport, modelQuality } from './package-metrics.ts';

export interface RegisterStepOptions extends AwsSettings {
  readonly runId: string;
  readonly group: string;
  readonly groupDescription?: string | undefined;
  /** @default PendingManualApproval: left to a human */
  readonly approvalStatus?: ModelApprovalStatus | undefined;
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
 * attached as model quality statistics, and as a bias report where stereotyping was measured. @returns ARN of the package
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
              : { ModelPackageGroupDescription: describedAs(options.groupDescription) }),
          }),
          { abortSignal },
        ),
      {
        recover: async (thrown) =>
          /already exist/i.test((thrown as Error).message) ? { value: undefined } : undefined,
      },
    );
    const container = await containerOf(model, connection, options);
    const metrics =
      metricsUri === undefined ? undefined : await modelMetrics(connection, clock, model.name, summary, metricsUri);
    const input: CreateModelPackageCommandInput = {
      ModelPackageGroupName: group,
      ModelPackageDescription: describedAs(`${model.name}, evaluated in run ${runId}`),
      ModelApprovalStatus: options.approvalStatus ?? 'PendingManualApproval',
      InferenceSpecification: {
        Containers: [container],
        SupportedContentTypes: ['application/json'],
        SupportedResponseMIMETypes: ['application/json'],
      },
      CustomerMetadataProperties: packageMetadata(model.name, summary, decision, {
        runId,
        reportUri: options.reportUri,
      }),
      // The same for every try of this step: one whose answer is lost registers nothing twice.
      ClientToken: createHash('sha256')
        .update(JSON.stringify([runId, group, model.name]))
        .digest('hex')
        .slice(0, 36),
      SkipModelValidation: 'All',
      ...(metrics === undefined ? {} : { ModelMetrics: metrics }),
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

async function attach(store: S3Bucket, prefix: string, name: string, content: unknown): Promise<MetricsSource> {
  const { key } = parseS3Uri(`${prefix.replace(/\/+$/, '')}/${name}`);
  const text = JSON.stringify(content, null, 2);
  await store.put(key, () => text, { contentType: 'application/json' });
  return { ContentType: 'application/json', S3Uri: store.uri(key) };
}

/** Files of metrics at the places where the console looks for them. */
async function modelMetrics(
  connection: AwsConnection,
  clock: Clock,
  model: string,
  summary: Summary,
  prefix: string,
): Promise<ModelMetrics> {
  const store = new S3Bucket(connection, parseS3Uri(prefix).bucket, clock);
  const file = encodeURIComponent(model);
  const statistics = await attach(store, prefix, `model-quality-${file}.json`, modelQuality(model, summary));
  const bias = biasReport(model, summary);
  if (bias === undefined) return { ModelQuality: { Statistics: statistics } };
  const report = await attach(store, prefix, `bias-${file}.json`, bias);
  return { ModelQuality: { Statistics: statistics }, Bias: { Report: report, PostTrainingReport: report } };
}
