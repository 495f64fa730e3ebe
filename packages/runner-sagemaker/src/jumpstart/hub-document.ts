import { isObject, type JsonObject } from './parse-document.ts';

/** Whose immediate keys are names (of configs, payloads, instance types), which stay as they are. */
const HOLDS_NAMES: ReadonlySet<string> = new Set([
  'inference_configs',
  'inference_config_components',
  'inference_config_rankings',
  'training_configs',
  'training_config_components',
  'training_config_rankings',
  'default_payloads',
  'benchmark_metrics',
  'variants',
  'aliases',
]);
/** What stays as it is, whole. */
const VERBATIM: ReadonlySet<string> = new Set([
  'metrics',
  'training_metrics',
  'environment_variables',
  'body',
  'output_keys',
]);

/**
 * The content document of a hub (Pascal case, URIs, flat time-outs) in the form of the bucket's documents: snake case, with
 * `deploy_kwargs` and `estimator_kwargs`. AWS's SDK 2.257.7 loses those two; they are kept here.
 */
export function hubDocument(document: JsonObject, place: { readonly region: string }): JsonObject {
  const snake = snakeKeys(document) as JsonObject;
  const components = isObject(snake.inference_config_components) ? snake.inference_config_components : {};
  return {
    ...mapped(snake, place.region),
    ...(Object.keys(components).length === 0
      ? {}
      : {
          inference_config_components: Object.fromEntries(
            Object.entries(components).map(([name, component]) => [
              name,
              isObject(component) ? mapped(component, place.region) : component,
            ]),
          ),
        }),
  };
}

function mapped(part: JsonObject, region: string): JsonObject {
  const {
    sage_maker_sdk_predictor_specifications: predictor,
    hosting_model_package_arn: packageArn,
    training_model_package_artifact_uri: packageArtifact,
    training_metrics: metrics,
    hosting_eula_uri: eula,
    default_training_dataset_uri: dataset,
    model_data_download_timeout,
    container_startup_health_check_timeout,
    inference_ami_version,
    encrypt_inter_container_traffic,
    max_runtime_in_seconds: max_run,
    disable_output_compression,
    ...rest
  } = part;
  return {
    ...rest,
    ...present({
      predictor_specs: predictor,
      metrics,
      hosting_eula_key: keyOf(eula),
      default_training_dataset_key: keyOf(dataset),
    }),
    ...(typeof packageArn === 'string' ? { hosting_model_package_arns: { [region]: packageArn } } : {}),
    ...(typeof packageArtifact === 'string'
      ? { training_model_package_artifact_uris: { [region]: packageArtifact } }
      : {}),
    ...group('deploy_kwargs', {
      model_data_download_timeout,
      container_startup_health_check_timeout,
      inference_ami_version,
    }),
    ...group('estimator_kwargs', { encrypt_inter_container_traffic, max_run, disable_output_compression }),
  };
}

const present = (members: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

function group(name: string, members: JsonObject): JsonObject {
  const some = present(members);
  return Object.keys(some).length === 0 ? {} : { [name]: some };
}

const keyOf = (uri: unknown): string | undefined =>
  typeof uri === 'string' ? uri.replace(/^s3:\/\/[^/]*\//, '') : undefined;

function snakeKeys(value: unknown, areNames = false): unknown {
  if (Array.isArray(value)) return value.map((each) => snakeKeys(each));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const name = areNames ? key : snakeCase(key);
      if (areNames) return [name, snakeKeys(member)];
      return [name, VERBATIM.has(name) ? member : snakeKeys(member, HOLDS_NAMES.has(name))];
    }),
  );
}

/** An underscore before every capital but the first letter. */
const snakeCase = (key: string): string => key.replaceAll(/(?!^)([A-Z])/g, '_$1').toLowerCase();
