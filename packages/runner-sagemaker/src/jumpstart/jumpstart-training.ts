import { AssayError } from '@assay/core';
import { takesVolume } from '../aws/storage-volume.ts';
import { hyperparameterDefaults, mergedHyperparameters } from './hyperparameters.ts';
import { VariantOf } from './instance-variants.ts';
import {
  checkDocument,
  type FoundDocument,
  type Hyperparameter,
  type JumpStartDocument,
} from './jumpstart-document.ts';
import { type JumpStartHosting, referenceArn, tagsOf, uriOf } from './jumpstart-hosting.ts';
import { pythonText } from './parse-document.ts';
import { eulaLink, type JumpStartBuckets, jumpStartBuckets } from './regions.ts';

/** Names to a training script where the artefacts of a gated model lie. */
export const GATED_MODEL_VARIABLE = 'SageMakerGatedModelS3Uri';

/** What a JumpStart document says of fine-tuning a model on one instance type in one region, as AWS's SDK reads it. */
export interface JumpStartTraining {
  readonly modelId: string;
  readonly version: string;
  readonly document: JumpStartDocument;
  readonly instanceType: string;
  readonly defaultInstanceType: string | undefined;
  readonly supportedInstanceTypes: readonly string[];
  /** Undefined where the document has none for the instance type in this region. */
  readonly imageUri: string | undefined;
  readonly modelUri: string | undefined;
  /** The artefacts come as channel `model`; otherwise the container reads them by the environment. */
  readonly usesModelChannel: boolean;
  /** The artefacts of a private hub's model always come as a channel. */
  readonly isOfPrivateHub: boolean;
  readonly scriptUri: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  /** Weights of a model package, which take the place of those that the environment names. */
  readonly packageUri: string | undefined;
  readonly hyperparameterSpecs: readonly Hyperparameter[];
  readonly hyperparameters: Readonly<Record<string, string>>;
  readonly hyperparametersWithContainer: Readonly<Record<string, string>>;
  readonly metrics: readonly { readonly Name: string; readonly Regex: string }[];
  readonly networkIsolation: boolean;
  readonly encryptsTraffic: boolean | undefined;
  readonly maxRunS: number | undefined;
  readonly leavesUncompressed: boolean;
  readonly volumeGb: number | undefined;
  readonly isGated: boolean;
  readonly eula: string | undefined;
  readonly hubContentArn: string | undefined;
  readonly defaultDatasetKey: string | undefined;
  /** Of the tuned model. */
  readonly defaultInferenceType: string | undefined;
  readonly supportedInferenceTypes: readonly string[];
  readonly tags: JumpStartHosting['tags'];
}

/** @throws AssayError MODEL_NOT_FOUND for a region that the model cannot be trained in */
export function jumpStartTraining(found: FoundDocument, wantedInstanceType: string | undefined): JumpStartTraining {
  const { region, kind, modelId, version } = found;
  const document = checkDocument(found.document, `${modelId} ${version}`);
  const instanceType = wantedInstanceType ?? document.default_training_instance_type ?? '';
  const variant = new VariantOf(document.training_instance_type_variants, instanceType, region);
  const buckets = jumpStartBuckets(region);
  const weights = buckets.weightsOverride ?? (document.gated_bucket === true ? buckets.gated : buckets.content);
  const modelUri =
    variant.single('training_artifact_uri') ??
    uriOf(
      document.training_artifact_uri,
      variant.single('training_artifact_key') ?? document.training_artifact_key,
      weights,
    );
  const supported = document.supported_training_instance_types ?? [];
  const gatedValues = supported.map((type) => gatedValue(document, type, region));
  const kwargs = document.estimator_kwargs ?? {};
  const own = mergedHyperparameters(document.hyperparameters ?? [], []);
  const defaults = (scopes: readonly string[]): Record<string, string> =>
    hyperparameterDefaults(own, variant.hyperparameters, new Set(scopes));
  return {
    modelId,
    version,
    document,
    instanceType,
    defaultInstanceType: document.default_training_instance_type ?? undefined,
    supportedInstanceTypes: supported,
    imageUri: variant.image ?? (kind === 'hub' ? hubImage(document, supported.includes(instanceType)) : undefined),
    modelUri,
    usesModelChannel:
      gatedValues.every((value) => value === undefined) &&
      Object.keys(document.training_model_package_artifact_uris ?? {}).length === 0 &&
      modelUri !== undefined,
    isOfPrivateHub: found.hubContent !== undefined,
    scriptUri: scriptUri(document, buckets),
    packageUri: packageUri(found, document),
    environment: environmentOf(found, document, variant, gatedValues, buckets),
    hyperparameterSpecs: mergedHyperparameters(own, variant.hyperparameters),
    hyperparameters: defaults(['algorithm']),
    hyperparametersWithContainer: defaults(['algorithm', 'container']),
    metrics: mergedMetrics(document.metrics ?? [], variant.metrics),
    networkIsolation: document.training_enable_network_isolation === true,
    encryptsTraffic: kwargs.encrypt_inter_container_traffic ?? undefined,
    maxRunS: kwargs.max_run ?? undefined,
    leavesUncompressed: kwargs.disable_output_compression === true,
    volumeGb: takesVolume(instanceType) ? (document.training_volume_size ?? undefined) : undefined,
    isGated: document.gated_bucket === true,
    eula: document.hosting_eula_key == null ? undefined : eulaLink(document.hosting_eula_key, region),
    hubContentArn: referenceArn(found),
    defaultDatasetKey: document.default_training_dataset_key ?? undefined,
    defaultInferenceType:
      variant.single('default_inference_instance_type') ?? document.default_inference_instance_type ?? undefined,
    supportedInferenceTypes: variant.supportedInferenceTypes ?? document.supported_inference_instance_types ?? [],
    tags: tagsOf(found, undefined),
  };
}

function hubImage(document: JumpStartDocument, isSupported: boolean): string | undefined {
  const hasTable = Object.keys(document.training_instance_type_variants?.variants ?? {}).length > 0;
  return hasTable && !isSupported ? undefined : (document.training_ecr_uri ?? undefined);
}

/** The region's own bucket, whatever the URI of a hub's document says. */
function scriptUri(document: JumpStartDocument, buckets: JumpStartBuckets): string | undefined {
  const uri = document.training_prepacked_script_uri ?? document.training_script_uri;
  const key =
    uri == null
      ? (document.training_prepacked_script_key ?? document.training_script_key)
      : uri.replace(/^s3:\/\/[^/]*\//, '');
  return uriOf(undefined, key, buckets.scripts);
}

function gatedValue(document: JumpStartDocument, instanceType: string, region: string): string | undefined {
  const variant = new VariantOf(document.training_instance_type_variants, instanceType, region);
  return variant.single('gated_model_key_env_var_value') ?? variant.single('gated_model_env_var_uri');
}

function environmentOf(
  found: FoundDocument,
  document: JumpStartDocument,
  variant: VariantOf,
  gatedValues: readonly (string | undefined)[],
  buckets: JumpStartBuckets,
): Record<string, string> {
  const own = Object.fromEntries(Object.entries(variant.environment).map(([key, value]) => [key, pythonText(value)]));
  const [shared, ...others] = [...new Set(gatedValues)];
  const fallback = document.gated_bucket === true && others.length === 0 ? shared : undefined;
  const value =
    variant.single('gated_model_key_env_var_value') ?? variant.single('gated_model_env_var_uri') ?? fallback;
  if (value === undefined) return own;
  return { ...own, [GATED_MODEL_VARIABLE]: found.kind === 'hub' ? value : `s3://${buckets.gated}/${value}` };
}

/** @throws AssayError MODEL_NOT_FOUND where there are packages, but none for the region */
function packageUri({ modelId, region }: FoundDocument, document: JumpStartDocument): string | undefined {
  const packages = document.training_model_package_artifact_uris ?? {};
  const regions = Object.keys(packages);
  if (regions.length === 0 || packages[region] !== undefined) return packages[region];
  throw new AssayError('MODEL_NOT_FOUND', `JumpStart’s ${modelId} cannot be fine-tuned in ${region}`, {
    hint: `it can in ${regions.join(', ')}`,
  });
}

/** Those of the instance type replace those of the same name, and go to the end. */
function mergedMetrics(
  document: JumpStartTraining['metrics'],
  variant: JumpStartTraining['metrics'],
): JumpStartTraining['metrics'] {
  const names = new Set(variant.map(({ Name }) => Name));
  return [...document.filter(({ Name }) => !names.has(Name)), ...variant];
}
