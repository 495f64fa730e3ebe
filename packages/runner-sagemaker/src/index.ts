export { AwsConnection, type AwsSettings } from './aws/aws-connection.ts';
export { type AwsOptions, resolveAwsSettings } from './aws/aws-settings.ts';
export { type BedrockModel, type BedrockRunnerOptions, createBedrockRunner } from './bedrock/create-bedrock-runner.ts';
export { createSageMakerRunner, type SageMakerModel, type SageMakerRunnerOptions } from './create-sagemaker-runner.ts';
