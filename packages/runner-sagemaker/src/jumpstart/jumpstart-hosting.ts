import { AssayError } from '@assay/core';
import { takesVolume } from '../aws/storage-volume.ts';
import { type ConfigChoice, configured } from './inference-config.ts';
import { VariantOf } from './instance-variants.ts';
import type { DataSource, FoundDocument, JumpStartDocument, Resources } from './jumpstart-document.ts';
import { pythonText } from './parse-document.ts';
import { eulaLink, type JumpStartBuckets, jumpStartBuckets } from './regions.ts';

/** A further source of weights, such as a draft model; lands under /opt/ml/additional-model-data-sources. */
export interface AdditionalSource {
  readonly channel: string;
  readonly uri: string;
  readonly s3DataType: string;
  readonly compression: string;
  /** Link to a licence of its own, to be accepted beside the model's. */
  readonly eula?: string;
}

/** What a JumpStart document says of serving a model on one instance type in one region, as AWS's SDK reads it. */
export interface JumpStartHosting {
  readonly modelId: string;
  readonly version: string;
  /** Names of the inference configs, in the document's order. */
  readonly configNames: readonly string[];
  readonly defaultConfig: string | undefined;
  readonly config: string | undefined;
  /** The document with the config merged in. */
  readonly document: JumpStartDocument;
  readonly instanceType: string;
  readonly defaultInstanceType: string | undefined;
  readonly supportedInstanceTypes: readonly string[];
  /** Undefined where the document has none for the instance type in this region. */
  readonly imageUri: string | undefined;
  /** `s3://…`; undefined where the document names no weights. */
  readonly modelUri: string | undefined;
  /** The weights need a script packed into them, which only AWS's SDK does. */
  readonly needsRepacking: boolean;
  readonly scriptUri: string | undefined;
  /** What AWS's SDK gives to CreateModel. */
  readonly environment: Readonly<Record<string, string>>;
  /** With what its model class would add by itself. */
  readonly wholeEnvironment: Readonly<Record<string, string>>;
  readonly networkIsolation: boolean;
  readonly startupTimeoutS: number | undefined;
  readonly downloadTimeoutS: number | undefined;
  readonly amiVersion: string | undefined;
  /** In GB; only where the instance type takes one. */
  readonly volumeGb: number | undefined;
  readonly modelPackageArn: string | undefined;
  /** For an inference component; undefined where the model cannot be one. */
  readonly resources: Resources | undefined;
  readonly additionalSources: readonly AdditionalSource[];
  readonly isGated: boolean;
  /** Link to the licence, for a model that has one to accept. */
  readonly eula: string | undefined;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
}

/**
 * Resolves a document for an instance type.
 * @throws AssayError MODEL_NOT_FOUND for a config that is not there, a region that a model package is not in; CONFIG_INVALID
 *   where no instance type is known
 */
export function jumpStartHosting(found: FoundDocument, choice: ConfigChoice): JumpStartHosting {
  const { document, names, defaultName, name } = configured(found, choice);
  const instanceType = choice.instanceType ?? document.default_inference_instance_type ?? undefined;
  if (instanceType === undefined)
    throw new AssayError('CONFIG_INVALID', `JumpStart’s ${found.modelId} has no instance type of its own`, {
      hint: 'write deployment_config: { instance_type: ml.g5.2xlarge } under the model',
    });
  const buckets = jumpStartBuckets(found.region);
  const variant = new VariantOf(document.hosting_instance_type_variants, instanceType, found.region);
  const supported = document.supported_inference_instance_types ?? [];
  const needsRepacking = document.hosting_prepacked_artifact_key == null && document.hosting_use_script_uri !== false;
  const isGated = document.gated_bucket === true;
  const eulaKey = document.hosting_eula_key ?? undefined;
  return {
    modelId: found.modelId,
    version: found.version,
    configNames: names,
    defaultConfig: defaultName,
    config: name,
    document,
    instanceType,
    defaultInstanceType: document.default_inference_instance_type ?? undefined,
    supportedInstanceTypes: supported,
    imageUri: imageOf(found, document, variant, supported.includes(instanceType)),
    modelUri: modelUri(found, document, variant, needsRepacking, buckets),
    needsRepacking,
    scriptUri: uriOf(document.hosting_script_uri, document.hosting_script_key, buckets.scripts),
    ...environments(document, variant, found.kind),
    networkIsolation: document.inference_enable_network_isolation === true,
    startupTimeoutS: document.deploy_kwargs?.container_startup_health_check_timeout ?? undefined,
    downloadTimeoutS: document.deploy_kwargs?.model_data_download_timeout ?? undefined,
    amiVersion: document.deploy_kwargs?.inference_ami_version ?? undefined,
    volumeGb: takesVolume(instanceType) ? (document.inference_volume_size ?? undefined) : undefined,
    modelPackageArn: modelPackage(found, document, variant),
    resources: resourcesOf(found, document, variant),
    additionalSources: (document.hosting_additional_data_sources?.speculative_decoding ?? []).map((source) =>
      additionalSource(source, found.region, buckets),
    ),
    isGated,
    eula: eulaKey === undefined ? undefined : eulaLink(eulaKey, found.region),
    tags: tagsOf(found, name),
  };
}

/** A hub's document names one image beside the table; it is for the types that the model supports. */
function imageOf(
  { kind }: FoundDocument,
  document: JumpStartDocument,
  variant: VariantOf,
  isSupported: boolean,
): string | undefined {
  if (variant.image !== undefined || kind !== 'hub') return variant.image;
  const hasTable = Object.keys(document.hosting_instance_type_variants?.variants ?? {}).length > 0;
  return hasTable && !isSupported ? undefined : (document.hosting_ecr_uri ?? undefined);
}

function modelUri(
  { kind }: FoundDocument,
  document: JumpStartDocument,
  variant: VariantOf,
  needsRepacking: boolean,
  buckets: JumpStartBuckets,
): string | undefined {
  if (kind === 'hub') return document.hosting_prepacked_artifact_uri ?? document.hosting_artifact_uri ?? undefined;
  const key = needsRepacking
    ? (variant.single('artifact_key') ?? document.hosting_artifact_key)
    : (variant.single('prepacked_artifact_key') ?? document.hosting_prepacked_artifact_key);
  const bucket = buckets.weightsOverride ?? (document.gated_bucket === true ? buckets.gated : buckets.content);
  return uriOf(undefined, key, bucket);
}

/** @param uri goes before a key in a bucket */
export function uriOf(
  uri: string | null | undefined,
  key: string | null | undefined,
  bucket: string,
): string | undefined {
  if (uri != null && uri !== '') return uri;
  if (key == null || key === '') return undefined;
  return key.startsWith('s3://') ? key : `s3://${bucket}/${key}`;
}

function environments(
  document: JumpStartDocument,
  variant: VariantOf,
  kind: FoundDocument['kind'],
): Pick<JumpStartHosting, 'environment' | 'wholeEnvironment'> {
  if (kind === 'proprietary') return { environment: {}, wholeEnvironment: {} };
  const own = Object.entries(variant.environment);
  const all = (document.inference_environment_variables ?? []).filter((each) => each.default != null);
  const texts = (variables: typeof all): Record<string, string> =>
    Object.fromEntries(
      [...variables.map((each) => [each.name, each.default!] as const), ...own].map(([name, value]) => [
        name,
        pythonText(value),
      ]),
    );
  return {
    environment: texts(all.filter((each) => each.required_for_model_class === true)),
    wholeEnvironment: texts(all),
  };
}

function modelPackage(found: FoundDocument, document: JumpStartDocument, variant: VariantOf): string | undefined {
  const own = variant.modelPackage;
  if (own !== undefined) return own;
  const arns = document.hosting_model_package_arns ?? {};
  const regions = Object.keys(arns);
  if (regions.length === 0) return undefined;
  const arn = arns[found.region];
  if (arn !== undefined) return arn;
  throw new AssayError(
    'MODEL_NOT_FOUND',
    `the model package of JumpStart’s ${found.modelId} is not in ${found.region}`,
    {
      hint: `it is in ${regions.join(', ')}`,
    },
  );
}

function resourcesOf({ kind }: FoundDocument, document: JumpStartDocument, variant: VariantOf): Resources | undefined {
  if (kind === 'proprietary' || document.dynamic_container_deployment_supported !== true) return undefined;
  return { ...document.hosting_resource_requirements, ...variant.resources };
}

/** The bucket that a source names is always replaced by one of this region. */
function additionalSource(source: DataSource, region: string, buckets: JumpStartBuckets): AdditionalSource {
  const { channel_name: channel, provider, s3_data_source: at, hosting_eula_key: eula } = source;
  const bucket =
    provider?.name !== 'JumpStart'
      ? buckets.drafts
      : provider.classification === 'gated'
        ? buckets.gated
        : buckets.content;
  if (bucket === undefined)
    throw new AssayError('MODEL_NOT_FOUND', `AWS has no draft models for speculative decoding in ${region}`, {
      hint: 'take another inference config: sagemaker: { config: … }',
    });
  return {
    channel,
    uri: `s3://${bucket}/${at.s3_uri.replace(/^s3:\/\/[^/]*\//, '')}`,
    s3DataType: at.s3_data_type,
    compression: at.compression_type,
    ...(eula == null ? {} : { eula: eulaLink(eula, region) }),
  };
}

/** ARN by which artefacts are read through a hub's reference. */
export const referenceArn = ({ hubContent }: FoundDocument): string | undefined =>
  hubContent?.isReference === true ? hubContent.arn : undefined;

/** Tags by which AWS's console and SDK know a JumpStart model. */
export function tagsOf(
  { modelId, version, kind, hubContent }: FoundDocument,
  config: string | undefined,
): JumpStartHosting['tags'] {
  const tags = {
    'sagemaker-sdk:jumpstart-model-id': modelId,
    'sagemaker-sdk:jumpstart-model-version': version,
    'sagemaker-sdk:jumpstart-inference-config-name': config,
    'sagemaker-sdk:jumpstart-model-type': kind === 'proprietary' ? 'proprietary' : undefined,
    'sagemaker-sdk:hub-content-arn': hubContent?.arn,
  };
  return Object.entries(tags).flatMap(([Key, Value]) => (Value === undefined ? [] : [{ Key, Value }]));
}
