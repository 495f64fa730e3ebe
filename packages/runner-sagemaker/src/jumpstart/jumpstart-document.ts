import { AssayError } from '@assay/core';
import { z } from 'zod';
import { hubDocument } from './hub-document.ts';
import { type JsonObject, parseDocument } from './parse-document.ts';

/** `spec`: of the public bucket; `proprietary`: of a Marketplace model, same place; `hub`: content of a SageMaker hub. */
export type DocumentKind = 'spec' | 'proprietary' | 'hub';

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const texts = z.array(z.string());
const byName = <T extends z.ZodType>(value: T) => z.record(z.string(), value);

const environmentVariable = z.object({
  name: z.string(),
  default: scalar.nullish(),
  required_for_model_class: z.boolean().nullish(),
});

const hyperparameter = z.object({
  name: z.string(),
  type: z.string().nullish(),
  default: scalar.nullish(),
  scope: z.string().nullish(),
  options: z.array(scalar).nullish(),
  min: z.number().nullish(),
  max: z.number().nullish(),
  exclusive_min: z.union([z.boolean(), z.number()]).nullish(),
  exclusive_max: z.union([z.boolean(), z.number()]).nullish(),
});

const metric = z.object({ Name: z.string(), Regex: z.string() });

const resources = z.object({
  num_accelerators: z.number().nullish(),
  num_cpus: z.number().nullish(),
  min_memory_mb: z.number().nullish(),
  max_memory_mb: z.number().nullish(),
  copies: z.number().nullish(),
});

const variantProperties = z.object({
  image_uri: z.string().nullish(),
  model_package_arn: z.string().nullish(),
  artifact_key: z.string().nullish(),
  prepacked_artifact_key: z.string().nullish(),
  training_artifact_uri: z.string().nullish(),
  training_artifact_key: z.string().nullish(),
  gated_model_key_env_var_value: z.string().nullish(),
  gated_model_env_var_uri: z.string().nullish(),
  default_inference_instance_type: z.string().nullish(),
  supported_inference_instance_types: texts.nullish(),
  environment_variables: byName(scalar).nullish(),
  resource_requirements: resources.nullish(),
  hyperparameters: z.array(hyperparameter).nullish(),
  metrics: z.array(metric).nullish(),
});

const instanceVariants = z.object({
  regional_aliases: byName(byName(z.string())).nullish(),
  aliases: byName(z.string()).nullish(),
  variants: byName(
    z.object({ regional_properties: variantProperties.nullish(), properties: variantProperties.nullish() }),
  ).nullish(),
});

const dataSource = z.object({
  channel_name: z.string(),
  s3_data_source: z.object({ compression_type: z.string(), s3_data_type: z.string(), s3_uri: z.string() }),
  hosting_eula_key: z.string().nullish(),
  provider: z.object({ name: z.string().nullish(), classification: z.string().nullish() }).nullish(),
});

const payload = z.object({
  content_type: z.string().nullish(),
  body: z.unknown(),
  accept: z.string().nullish(),
  prompt_key: z.string().nullish(),
  output_keys: byName(z.string()).nullish(),
});

/** What a component of an inference config can set, too. */
const hosting = {
  hosting_artifact_key: z.string().nullish(),
  hosting_artifact_uri: z.string().nullish(),
  hosting_prepacked_artifact_key: z.string().nullish(),
  hosting_prepacked_artifact_uri: z.string().nullish(),
  hosting_script_key: z.string().nullish(),
  hosting_script_uri: z.string().nullish(),
  hosting_use_script_uri: z.boolean().nullish(),
  hosting_ecr_uri: z.string().nullish(),
  hosting_eula_key: z.string().nullish(),
  hosting_instance_type_variants: instanceVariants.nullish(),
  hosting_model_package_arns: byName(z.string()).nullish(),
  hosting_resource_requirements: resources.nullish(),
  hosting_additional_data_sources: z.object({ speculative_decoding: z.array(dataSource).nullish() }).nullish(),
  dynamic_container_deployment_supported: z.boolean().nullish(),
  inference_environment_variables: z.array(environmentVariable).nullish(),
  inference_volume_size: z.number().nullish(),
  inference_enable_network_isolation: z.boolean().nullish(),
  default_inference_instance_type: z.string().nullish(),
  supported_inference_instance_types: texts.nullish(),
  predictor_specs: z
    .object({ default_content_type: z.string().nullish(), default_accept_type: z.string().nullish() })
    .nullish(),
  default_payloads: byName(payload).nullish(),
  deploy_kwargs: z
    .object({
      model_data_download_timeout: z.number().nullish(),
      container_startup_health_check_timeout: z.number().nullish(),
      inference_ami_version: z.string().nullish(),
    })
    .nullish(),
  inference_vulnerable: z.boolean().nullish(),
  inference_vulnerabilities: z.array(z.unknown()).nullish(),
};

const jumpStartDocument = z.object({
  model_id: z.string().nullish(),
  version: z.string().nullish(),
  deprecated: z.boolean().nullish(),
  deprecated_message: z.string().nullish(),
  deprecate_warn_message: z.string().nullish(),
  usage_info_message: z.string().nullish(),
  model_subscription_link: z.string().nullish(),
  gated_bucket: z.boolean().nullish(),
  ...hosting,
  inference_configs: byName(z.object({ component_names: texts.nullish() })).nullish(),
  inference_config_rankings: byName(z.object({ rankings: texts })).nullish(),
  training_supported: z.boolean().nullish(),
  training_vulnerable: z.boolean().nullish(),
  training_vulnerabilities: z.array(z.unknown()).nullish(),
  training_artifact_key: z.string().nullish(),
  training_artifact_uri: z.string().nullish(),
  training_script_key: z.string().nullish(),
  training_script_uri: z.string().nullish(),
  training_prepacked_script_key: z.string().nullish(),
  training_prepacked_script_uri: z.string().nullish(),
  training_ecr_uri: z.string().nullish(),
  training_instance_type_variants: instanceVariants.nullish(),
  training_model_package_artifact_uris: byName(z.string()).nullish(),
  hyperparameters: z.array(hyperparameter).nullish(),
  metrics: z.array(metric).nullish(),
  estimator_kwargs: z
    .object({
      encrypt_inter_container_traffic: z.boolean().nullish(),
      max_run: z.number().nullish(),
      disable_output_compression: z.boolean().nullish(),
    })
    .nullish(),
  training_volume_size: z.number().nullish(),
  training_enable_network_isolation: z.boolean().nullish(),
  default_training_instance_type: z.string().nullish(),
  supported_training_instance_types: texts.nullish(),
  default_training_dataset_key: z.string().nullish(),
});

export type JumpStartDocument = z.output<typeof jumpStartDocument>;
export type InstanceVariants = z.output<typeof instanceVariants>;
export type VariantProperties = z.output<typeof variantProperties>;
export type Hyperparameter = z.output<typeof hyperparameter>;
export type Payload = z.output<typeof payload>;
export type DataSource = z.output<typeof dataSource>;
export type Resources = z.output<typeof resources>;

/** A content of one of the user's own hubs. */
export interface HubContent {
  readonly arn: string;
  /** A reference to a public model, through which its artefacts are read; otherwise a model of the hub itself. */
  readonly isReference: boolean;
}

/** A document as it was found, and where. */
export interface FoundDocument {
  readonly kind: DocumentKind;
  readonly modelId: string;
  readonly version: string;
  readonly region: string;
  /** Keys in snake case, as the bucket has them; inference configs not yet merged. */
  readonly document: JsonObject;
  /** Of a content of a private hub. */
  readonly hubContent?: HubContent | undefined;
}

/** A document with the digest of its text. */
export type DigestedDocument = FoundDocument & { readonly digest: string };

/** The document in the bucket's form, whichever its kind. @throws AssayError AWS_RESPONSE_SHAPE for what is not JSON */
export function readDocument(text: string, kind: DocumentKind, name: string, region: string): JsonObject {
  const parsed = parseDocument(text, name);
  return kind === 'hub' ? hubDocument(parsed, { region }) : parsed;
}

/** What assay reads of a document, checked. @throws AssayError AWS_RESPONSE_SHAPE naming the first member that does not fit */
export function checkDocument(document: JsonObject, name: string): JumpStartDocument {
  const result = jumpStartDocument.safeParse(document);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw new AssayError(
    'AWS_RESPONSE_SHAPE',
    `JumpStart’s document of ${name} is not as expected: ${path.join('.')}: ${message}`,
    {
      hint: 'take another model_version, or give image_uri and model_data yourself',
    },
  );
}
