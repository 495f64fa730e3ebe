import { type CrossRule, list, object, problem, repeated } from './cross-rule.ts';
import { ownDisk } from './own-disk.ts';

const PROCESSING = ['CreateProcessingJob'];
const TRAINING = ['CreateTrainingJob'];
const ROOT = '/opt/ml/processing/';

const inputsOf = (input: Parameters<CrossRule['problems']>[0]) => list(input.ProcessingInputs);
const outputsOf = (input: Parameters<CrossRule['problems']>[0]) => list(object(input.ProcessingOutputConfig).Outputs);

/** Where a processing job's inputs and outputs lie in its container. */
const pathsOf = (input: Parameters<CrossRule['problems']>[0]): unknown[] => [
  ...inputsOf(input).map(({ S3Input }) => object(S3Input).LocalPath),
  ...outputsOf(input).map(({ S3Output }) => object(S3Output).LocalPath),
];

export const jobRules = {
  'no key for a processing job’s own disk': {
    operations: PROCESSING,
    problems: (input) => {
      const { VolumeKmsKeyId, InstanceType } = object(object(input.ProcessingResources).ClusterConfig);
      return ownDisk('ProcessingResources.ClusterConfig.VolumeKmsKeyId', VolumeKmsKeyId, InstanceType);
    },
  },
  'an input’s name once': {
    operations: PROCESSING,
    problems: (input) =>
      repeated(
        'ProcessingInputs',
        inputsOf(input).map(({ InputName }) => InputName),
      ),
  },
  'an output’s name once': {
    operations: PROCESSING,
    problems: (input) =>
      repeated(
        'ProcessingOutputConfig.Outputs',
        outputsOf(input).map(({ OutputName }) => OutputName),
      ),
  },
  'a path once': {
    operations: PROCESSING,
    problems: (input) => repeated('ProcessingInputs, ProcessingOutputConfig', pathsOf(input)),
  },
  'paths below the job’s folder': {
    operations: PROCESSING,
    problems: (input) =>
      pathsOf(input).flatMap((path) =>
        problem(
          'LocalPath',
          `is ${String(path)}, which is not below /opt/ml/processing`,
          path !== undefined && !String(path).startsWith(ROOT),
        ),
      ),
  },
  'no key for a training job’s own disk': {
    operations: TRAINING,
    problems: ({ ResourceConfig }) => {
      const { VolumeKmsKeyId, InstanceType } = object(ResourceConfig);
      return ownDisk('ResourceConfig.VolumeKmsKeyId', VolumeKmsKeyId, InstanceType);
    },
  },
  'a channel’s name once': {
    operations: TRAINING,
    problems: ({ InputDataConfig }) =>
      repeated(
        'InputDataConfig',
        list(InputDataConfig).map(({ ChannelName }) => ChannelName),
      ),
  },
} satisfies Readonly<Record<string, CrossRule>>;
