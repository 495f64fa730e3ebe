import { trainingSpec } from '../jumpstart/jumpstart-artefacts.ts';
import type { FoundDocument } from '../jumpstart/jumpstart-document.ts';
import { type JumpStartTraining, jumpStartTraining } from '../jumpstart/jumpstart-training.ts';
import { trainingRequest } from '../jumpstart/training-request.ts';
import { type GoldenRow, TRAINING_DATA } from './golden-row.ts';
import { refusal } from './refusal.ts';

/** What AWS's SDK asks for where the document does not say. */
const SDK_DEFAULTS = { volumeGb: 30, maxRunS: 86_400 };

/** Our resolution of a row of scope `training`, in the goldens' words. */
export function trainingView(found: FoundDocument, row: GoldenRow): unknown {
  try {
    return view(jumpStartTraining(found, row.instance_type), found);
  } catch (thrown) {
    // The SDK goes on without the package until it asks for one.
    const { training_model_package_artifact_uris: _, ...document } = found.document;
    const training = { ...jumpStartTraining({ ...found, document }, row.instance_type), usesModelChannel: false };
    const error = refusal(thrown);
    return { ...view(training, { ...found, document }), request: error, request_accept_by_environment: error };
  }
}

function view(training: JumpStartTraining, found: FoundDocument): object {
  return {
    version: training.version,
    training_vulnerable: training.document.training_vulnerable === true,
    gated: training.isGated,
    default_instance_type: training.defaultInstanceType ?? null,
    supported_instance_types: training.supportedInstanceTypes,
    image_uri: training.imageUri ?? (found.kind === 'hub' ? null : { error: 'refused', message: 'no image' }),
    model_uri: training.modelUri ?? null,
    uses_model_channel: training.usesModelChannel,
    script_uri: training.scriptUri ?? null,
    environment: training.environment,
    hyperparameters: training.hyperparameters,
    hyperparameters_with_container: training.hyperparametersWithContainer,
    metric_definitions: training.metrics,
    estimator_kwargs: Object.fromEntries(
      Object.entries({
        encrypt_inter_container_traffic: training.encryptsTraffic,
        max_run: training.maxRunS,
        disable_output_compression: training.leavesUncompressed || undefined,
        enable_network_isolation: training.networkIsolation,
        volume_size: training.volumeGb,
      }).filter(([, value]) => value !== undefined),
    ),
    default_inference_instance_type_after_training: training.defaultInferenceType ?? null,
    supported_inference_instance_types_after_training: training.supportedInferenceTypes,
    default_training_dataset_key: training.defaultDatasetKey ?? null,
    ...requests(training, found),
  };
}

/** Parts of CreateTrainingJob, made by what makes those of our own training step. */
function requests(training: JumpStartTraining, found: FoundDocument): object {
  if (training.imageUri === undefined) {
    const error = { error: 'refused', message: 'no image' };
    return { request: error, request_accept_by_environment: error };
  }
  const spec = trainingSpec({ ...found, digest: '' }, training.instanceType);
  const acceptEula = spec.eula !== undefined;
  const { hyperparameters, environment, channels } = trainingRequest(spec, { acceptEula });
  const { accept_eula: _accepted, ...silent } = environment;
  const data = {
    ChannelName: 'training',
    DataSource: {
      S3DataSource: { S3DataType: 'S3Prefix', S3Uri: TRAINING_DATA, S3DataDistributionType: 'FullyReplicated' },
    },
  };
  const common = { input_config: [data, ...channels], model_uri_attr: spec.modelUri ?? null };
  const request = {
    ...common,
    image_uri: spec.imageUri,
    environment: Object.keys(silent).length === 0 ? null : silent,
    hyperparameters,
    enable_network_isolation: spec.networkIsolation,
    encrypt_inter_container_traffic: spec.encryptsTraffic ?? null,
    resource_config: {
      VolumeSizeInGB: spec.volumeGb ?? SDK_DEFAULTS.volumeGb,
      InstanceCount: 1,
      InstanceType: training.instanceType,
    },
    stop_condition: { MaxRuntimeInSeconds: spec.maxRunS ?? SDK_DEFAULTS.maxRunS },
    output_config: spec.leavesUncompressed === true ? { CompressionType: 'NONE' } : {},
    metric_definitions: spec.metrics?.length === 0 ? null : spec.metrics,
    tags: spec.tags,
    source_dir: spec.scriptUri ?? null,
  };
  return { request, request_accept_by_environment: { ...common, environment } };
}
