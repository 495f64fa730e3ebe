export { AwsConnection, type AwsSettings } from './aws/aws-connection.ts';
export { type AwsOptions, resolveAwsSettings } from './aws/aws-settings.ts';
export { createSageMakerRunner, type SageMakerModel, type SageMakerRunnerOptions } from './create-sagemaker-runner.ts';
