import { GATED_MODEL_VARIABLE } from './jumpstart-training.ts';
import type { TrainingSpec } from './model-source.ts';

/** The script that JumpStart's archives of training code begin with. */
const PROGRAM = 'transfer_learning.py';
/** Where the channel `code` lies in the container. */
const CODE_IN_CONTAINER = '/opt/ml/input/data/code/sourcedir.tar.gz';
const LOG_LEVEL = 20;

export interface TrainingRequest {
  readonly hyperparameters: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  /** The channels `model` and `code`, where the training has them. */
  readonly channels: readonly Readonly<Record<string, unknown>>[];
}

/**
 * The parts of CreateTrainingJob that come of a JumpStart document, as AWS's SDK sends them: every hyperparameter is JSON
 * once more; the script is a channel where the network is shut off, and an S3 URI otherwise; the licence is accepted on the
 * channel of the model, or, where it has none, by the environment.
 * @param given the config's own hyperparameters, which win
 */
export function trainingRequest(
  spec: TrainingSpec,
  options: { readonly acceptEula: boolean; readonly given?: Readonly<Record<string, string>> },
): TrainingRequest {
  const { scriptUri, modelUri, networkIsolation, region } = spec;
  const start =
    scriptUri === undefined
      ? {}
      : {
          sagemaker_submit_directory: networkIsolation === true ? CODE_IN_CONTAINER : scriptUri,
          sagemaker_program: PROGRAM,
          sagemaker_container_log_level: LOG_LEVEL,
          ...(region === undefined ? {} : { sagemaker_region: region }),
        };
  const all = { ...spec.hyperparameters, ...options.given, ...start };
  const hyperparameters = Object.fromEntries(Object.entries(all).map(([name, value]) => [name, JSON.stringify(value)]));
  const code = scriptUri !== undefined && networkIsolation === true ? [channel('code', scriptUri, {})] : [];
  if (modelUri === undefined)
    return {
      hyperparameters,
      environment: { ...spec.environment, ...(options.acceptEula ? { accept_eula: 'true' } : {}) },
      channels: code,
    };
  const { [GATED_MODEL_VARIABLE]: _gated, ...environment } = spec.environment;
  const access = {
    ...(spec.hubContentArn === undefined ? {} : { HubAccessConfig: { HubContentArn: spec.hubContentArn } }),
    ...(options.acceptEula ? { ModelAccessConfig: { AcceptEula: true } } : {}),
  };
  const model = {
    ...channel('model', modelUri, access),
    ContentType: 'application/x-sagemaker-model',
    InputMode: 'File',
  };
  return {
    hyperparameters,
    environment: options.acceptEula ? environment : spec.environment,
    channels: [model, ...code],
  };
}

function channel(
  name: string,
  uri: string,
  access: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return {
    ChannelName: name,
    DataSource: {
      S3DataSource: { S3DataType: 'S3Prefix', S3Uri: uri, S3DataDistributionType: 'FullyReplicated', ...access },
    },
  };
}
