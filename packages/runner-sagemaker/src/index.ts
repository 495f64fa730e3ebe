export { AwsConnection, type AwsSettings } from './aws/aws-connection.ts';
export { type AwsOptions, resolveAwsSettings } from './aws/aws-settings.ts';
export { type BedrockModel, type BedrockRunnerOptions, createBedrockRunner } from './bedrock/create-bedrock-runner.ts';
export { createSageMakerRunner, type SageMakerModel, type SageMakerRunnerOptions } from './create-sagemaker-runner.ts';
export type { DeployHooks } from './deploy/deploy-hooks.ts';
export type { ModelArtefacts, ModelSource } from './jumpstart/model-source.ts';
export { type OpenSageMakerRunnerOptions, openSageMakerRunner } from './open-sagemaker-runner.ts';
export { LEDGER_FILE, type LedgerEntry, readLedger } from './ownership/ownership-ledger.ts';
export { type SweepOptions, type SweepReport, type SweptResource, sweep } from './ownership/sweep.ts';
