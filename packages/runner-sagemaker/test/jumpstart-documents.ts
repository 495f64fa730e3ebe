import type { ObjectStore } from './stand-in/object-store.ts';

type Json = Readonly<Record<string, unknown>>;

const REGISTRY = '763104351884.dkr.ecr.us-east-1.amazonaws.com';
export const LMI_IMAGE = `${REGISTRY}/djl-inference:0.29.0-lmi11.0.0-cu124`;
export const TGI_IMAGE = `${REGISTRY}/huggingface-pytorch-tgi-inference:2.1.1-tgi2.0.0-gpu`;
export const TRAINING_IMAGE = `${REGISTRY}/huggingface-pytorch-training:2.0.0-gpu`;

/** A table of variants as the bucket has it: the image by family and region, settings by instance type. */
const variants = (image: string, families: readonly string[], own: Json = {}): Json => ({
  regional_aliases: { 'us-east-1': { image }, 'eu-west-1': { image: image.replace('us-east-1', 'eu-west-1') } },
  variants: {
    ...Object.fromEntries(families.map((family) => [family, { regional_properties: { image_uri: '$image' } }])),
    ...own,
  },
});

const environment = (members: Json): Json[] => [
  ...Object.entries(members).map(([name, value]) => ({ name, default: value, required_for_model_class: true })),
  { name: 'SAGEMAKER_CONTAINER_LOG_LEVEL', default: 20, required_for_model_class: false },
];

const payload = (body: Json, output: string): Json => ({
  content_type: 'application/json',
  prompt_key: 'inputs',
  output_keys: { generated_text: output },
  body,
});

/**
 * A document of the public bucket for a made-up language model, built as AWS's are: what serves it stands in the components
 * of its inference configs, and nowhere else. @param more members that replace its own
 */
export function languageModel(id: string, version: string, more: Json = {}): Json {
  const weights = `made-up/${id}/artifacts/inference-prepack/v1.0.0/`;
  const component = (image: string, own: Json): Json => ({
    hosting_prepacked_artifact_key: weights,
    hosting_use_script_uri: false,
    default_inference_instance_type: 'ml.g5.2xlarge',
    inference_volume_size: 256,
    inference_enable_network_isolation: true,
    deploy_kwargs: { container_startup_health_check_timeout: 1200, model_data_download_timeout: 1200 },
    hosting_instance_type_variants: variants(image, ['g5', 'p4d'], {
      'ml.g5.48xlarge': { properties: { environment_variables: { OPTION_TENSOR_PARALLEL_DEGREE: '8' } } },
    }),
    predictor_specs: { default_content_type: 'application/json', default_accept_type: 'application/json' },
    ...own,
  });
  return {
    model_id: id,
    version,
    min_sdk_version: '2.200.0',
    hosting_use_script_uri: false,
    hosting_prepacked_artifact_key: weights,
    inference_environment_variables: environment({ STALE: 'of the top level' }),
    inference_configs: { tgi: { component_names: ['tgi'] }, lmi: { component_names: ['lmi'] } },
    inference_config_rankings: { overall: { description: 'default', rankings: ['lmi', 'tgi'] } },
    inference_config_components: {
      lmi: component(LMI_IMAGE, {
        supported_inference_instance_types: ['ml.g5.2xlarge', 'ml.g5.48xlarge'],
        inference_environment_variables: environment({ HF_MODEL_ID: '/opt/ml/model', ENDPOINT_SERVER_TIMEOUT: 3600 }),
        default_payloads: { first: payload({ inputs: 'Once', parameters: { max_new_tokens: 64 } }, 'generated_text') },
      }),
      tgi: component(TGI_IMAGE, {
        supported_inference_instance_types: ['ml.g5.2xlarge', 'ml.p4d.24xlarge'],
        inference_environment_variables: environment({ HF_MODEL_ID: '/opt/ml/model', SM_NUM_GPUS: 1 }),
        default_payloads: { first: payload({ inputs: 'Once' }, '[0].generated_text') },
      }),
    },
    ...more,
  };
}

/** What makes a language model one behind a licence. */
export const GATED: Json = { gated_bucket: true, hosting_eula_key: 'made-up/eula.txt' };

/** What makes a language model one that can be fine-tuned. */
export const TRAINABLE: Json = {
  training_supported: true,
  training_script_key: 'made-up/sourcedir.tar.gz',
  training_artifact_key: 'made-up/train.tar.gz',
  training_enable_network_isolation: true,
  training_volume_size: 512,
  default_training_instance_type: 'ml.g5.12xlarge',
  supported_training_instance_types: ['ml.g5.12xlarge', 'ml.p4d.24xlarge'],
  training_instance_type_variants: variants(TRAINING_IMAGE, ['g5', 'p4d']),
  hyperparameters: [
    { name: 'epoch', type: 'int', default: 5, min: 1, max: 1000, scope: 'algorithm' },
    { name: 'max_input_length', type: 'int', default: -1, min: -1, scope: 'algorithm' },
    { name: 'instruction_tuned', type: 'text', default: 'False', options: ['True', 'False'], scope: 'algorithm' },
    { name: 'chat_dataset', type: 'text', default: 'False', options: ['True', 'False'], scope: 'algorithm' },
    { name: 'sagemaker_program', type: 'text', default: 'transfer_learning.py', scope: 'container' },
  ],
  metrics: [{ Name: 'made-up:eval-loss', Regex: 'eval_loss=([0-9\\.]+)' }],
  estimator_kwargs: { encrypt_inter_container_traffic: true, max_run: 360_000, disable_output_compression: true },
};

/** Puts documents into the public bucket of the region, with the manifest that names them. */
export function publishModels(store: ObjectStore, documents: readonly Json[], region = 'us-east-1'): void {
  const bucket = `s3://jumpstart-cache-prod-${region}`;
  const entries = documents.map(({ model_id, version, min_sdk_version: min_version }) => ({
    model_id,
    version,
    min_version,
    spec_key: `community_models/${model_id}/specs_v${version}.json`,
  }));
  store.put(`${bucket}/models_manifest.json`, JSON.stringify(entries));
  documents.forEach((document, i) => {
    store.put(`${bucket}/${entries[i]!.spec_key}`, JSON.stringify(document));
  });
}

/** The models that the configs of the AWS sample name. */
export const SAMPLE_MODELS: readonly Json[] = [
  languageModel('meta-textgeneration-llama-2-7b-f', '3.0.0', GATED),
  languageModel('meta-textgeneration-llama-2-7b', '3.0.0', { ...GATED, ...TRAINABLE }),
  languageModel('huggingface-llm-falcon-7b-bf16', '2.5.0'),
];
