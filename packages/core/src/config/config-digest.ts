import { createHash } from 'node:crypto';

/**
 * What a key of the config affects: `answers` for what changes an answer or a score, `running` for how a run is carried
 * out, paid for, judged and told of. A run is only continued where everything of the first kind is as it was.
 */
export type Bearing = 'answers' | 'running';

/** A bearing for a key with all below it, or one for each key below it; a list's entries have the table of the list. */
export interface BearingTable {
  readonly [key: string]: Bearing | BearingTable;
}

/** Every key of the file. A test holds it against the schema, so that a new key has to be placed here. */
export const CONFIG_BEARINGS: BearingTable = {
  $schema: 'running',
  pipeline: 'running',
  dataset: {
    dataset_name: 'running',
    input_data_location: 'answers',
    dataset_mime_type: 'answers',
    encoding: 'answers',
    delimiter: 'answers',
    dialect: 'answers',
    model_input_key: 'answers',
    target_output_key: 'answers',
    category_key: 'answers',
    model_output_key: 'answers',
    context_key: 'answers',
    sent_more_input_key: 'answers',
    sent_less_input_key: 'answers',
    sent_more_log_prob_key: 'answers',
    sent_less_log_prob_key: 'answers',
    sent_more_output_key: 'answers',
    sent_less_output_key: 'answers',
    choices_key: 'answers',
    answer_index_key: 'answers',
    cluster_key: 'answers',
    weight_key: 'answers',
    human_label_key: 'answers',
    human_labels: 'answers',
    model_input_location: 'answers',
    target_output_location: 'answers',
    category_location: 'answers',
    model_output_location: 'answers',
    context_location: 'answers',
    sent_more_input_location: 'answers',
    sent_less_input_location: 'answers',
    sent_more_log_prob_location: 'answers',
    sent_less_log_prob_location: 'answers',
    sent_more_output_location: 'answers',
    sent_less_output_location: 'answers',
    target_output_delimiter: 'answers',
    limit: 'answers',
    sample: 'answers',
    budgets: 'answers',
  },
  prompt: 'answers',
  prompts: 'answers',
  models: {
    name: 'answers',
    runner: 'answers',
    model_id: 'answers',
    model_version: 'answers',
    model_provider: 'answers',
    endpoint_name: 'answers',
    inference_component: 'answers',
    model_output_key: 'answers',
    local: {
      model: 'answers',
      model_id: 'answers',
      revision: 'answers',
      dtype: 'answers',
      device: 'answers',
      unpack: 'answers',
      precision: 'answers',
      spinning: 'running',
      threads: 'running',
      workers: 'running',
      batch_size: 'running',
      isolate: 'running',
      memory_limit_mb: 'running',
      prefix_memory_mb: 'running',
      prefix_disk_mb: 'running',
      template_steps: 'answers',
      template_characters: 'answers',
    },
    scripted: { answers: 'answers', otherwise: 'answers', delay_ms: 'running', concurrency: 'running' },
    sagemaker: {
      endpoint_name: 'answers',
      inference_component: 'answers',
      model_id: 'answers',
      model_version: 'answers',
      hub: 'answers',
      config: 'answers',
      document_digest: 'answers',
      target_variant: 'answers',
      mode: 'answers',
      payload: 'answers',
      transform: 'answers',
      image_uri: 'answers',
      model_data: 'answers',
      environment: 'answers',
      sagemaker_model: 'answers',
      model_package: 'answers',
      region: 'answers',
      accept_eula: 'running',
      accept_additional_eula: 'running',
    },
    bedrock: {
      model_id: 'answers',
      api: 'answers',
      sampling: 'answers',
      takes: 'running',
      answer: 'answers',
      mode: 'answers',
      role_arn: 'running',
      guardrail: 'answers',
      region: 'answers',
    },
    http: {
      url: 'answers',
      method: 'answers',
      body: 'answers',
      output: 'answers',
      output_code: 'answers',
      headers: 'answers',
      headers_env: 'running',
      signature: 'running',
      tls: 'running',
      version: 'answers',
      concurrency: 'running',
      timeout_s: 'running',
    },
    exec: { command: 'answers', version: 'answers', concurrency: 'running', timeout_s: 'running' },
    module: { file: 'answers', export: 'answers', provider: 'answers', concurrency: 'running', timeout_s: 'running' },
    code: 'answers',
    openai: {
      base_url: 'answers',
      vendor: 'answers',
      model: 'answers',
      api: 'answers',
      answer: 'answers',
      mode: 'answers',
      headers: 'answers',
      api_key_env: 'running',
    },
    finetuning: 'answers',
    finetuning_config: 'answers',
    deployment_config: {
      environment: 'answers',
      instance_type: 'running',
      num_instances: 'running',
      startup_timeout_s: 'running',
      download_timeout_s: 'running',
      volume_gb: 'running',
      routing: 'running',
      ami_version: 'running',
      serverless: 'running',
      inference_component: 'running',
    },
    evaluation_config: 'answers',
    register_config: 'running',
    cleanup_endpoint: 'running',
    limits: 'running',
  },
  algorithms: 'answers',
  imported_from: 'running',
  model_registry: 'running',
  compare: 'running',
  selection: 'running',
  gates: 'running',
  on_inconclusive: 'running',
  stop_when: 'answers',
  keep: 'running',
  max_failures: 'running',
  deadline_ms: 'running',
  strict: 'running',
  seed: 'answers',
  repeat: 'answers',
  epochs: 'answers',
  output_dir: 'running',
  cache: 'running',
  prices: 'running',
  aws: {
    region: 'answers',
    profile: 'running',
    role_arn: 'running',
    bucket: 'running',
    prefix: 'running',
    image_uri: 'running',
    instance_type: 'running',
    volume_gb: 'running',
    vpc: 'running',
    quotas: 'running',
    kms: 'running',
    network_isolation: 'running',
    encrypt_inter_container_traffic: 'running',
    tags: 'running',
    max_cost: 'running',
    max_runtime_s: 'running',
    expires_after_h: 'running',
    cloudwatch_namespace: 'running',
  },
  sharding: 'running',
};

/**
 * SHA-256 over what of a parsed config affects answers, keys sorted, in hexadecimal. A key that no table knows counts.
 * @param data as YAML gives it, without the writer's own `x-` keys
 */
export function configDigest(data: unknown): string {
  const content = JSON.stringify(sortedKeys(bearingOnAnswers(data, CONFIG_BEARINGS)));
  return createHash('sha256')
    .update(content ?? '')
    .digest('hex');
}

/** undefined where nothing is left. */
function bearingOnAnswers(data: unknown, bearing: Bearing | BearingTable | undefined): unknown {
  if (bearing === 'running') return undefined;
  if (bearing === 'answers' || bearing === undefined) return data;
  if (Array.isArray(data)) return data.map((entry) => bearingOnAnswers(entry, bearing));
  if (typeof data !== 'object' || data === null) return data;
  const left = Object.entries(data)
    .map(([key, value]) => [key, bearingOnAnswers(value, bearing[key])] as const)
    .filter(([, value]) => value !== undefined);
  return left.length === 0 ? undefined : Object.fromEntries(left);
}

function sortedKeys(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(sortedKeys);
  if (typeof data !== 'object' || data === null) return data;
  const entries = Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, value]) => [key, sortedKeys(value)]));
}
