export { AwsConnection, type AwsSettings } from './aws/aws-connection.ts';
export { type AwsOptions, resolveAwsSettings } from './aws/aws-settings.ts';
export { requireBucketRegion } from './aws/bucket-region.ts';
export { type OwnBucketOptions, requireOwnBucket } from './aws/own-bucket.ts';
export { S3Bucket } from './aws/s3-bucket.ts';
export { openS3ObjectStore, S3ObjectStore } from './aws/s3-object-store.ts';
export type { BedrockModel } from './bedrock/bedrock-protocol.ts';
export { type BedrockBatchOptions, createBedrockBatches } from './bedrock/create-bedrock-batches.ts';
export { type BedrockRunnerOptions, createBedrockRunner } from './bedrock/create-bedrock-runner.ts';
export { type EstimateLine, type EstimateOptions, estimatePipeline } from './cost/estimate-pipeline.ts';
export type { BilledLine } from './cost/execution-costs.ts';
export { createSageMakerRunner, type SageMakerModel, type SageMakerRunnerOptions } from './create-sagemaker-runner.ts';
export type { DeployHooks } from './deploy/deploy-hooks.ts';
export type { ModelArtefacts, ModelSource, TrainingSpec } from './jumpstart/model-source.ts';
export {
  type ManagedMlflow,
  type ManagedMlflowOptions,
  mlflowRegion,
  openManagedMlflow,
} from './monitor/managed-mlflow.ts';
export { type PublishOptions, publishScores } from './monitor/publish-scores.ts';
export type { OpenSageMakerRunnerOptions } from './open-runner-options.ts';
export { openSageMakerRunner } from './open-sagemaker-runner.ts';
export { type DeleteRecordedOptions, deleteRecorded } from './ownership/delete-recorded.ts';
export { OWNER_TAG } from './ownership/owned-tags.ts';
export { ownershipId } from './ownership/ownership-id.ts';
export { LEDGER_FILE, type LedgerEntry, readLedger } from './ownership/ownership-ledger.ts';
export { type SweepOptions, type SweepReport, type SweptResource, sweep, sweepAll } from './ownership/sweep.ts';
export { definitionProblems } from './pipeline/check-definition.ts';
export type { DefinitionStep, PipelineDefinition } from './pipeline/definition.ts';
export { sizeAt } from './pipeline/disk-size.ts';
export { checkAws, type DoctorOptions } from './pipeline/doctor.ts';
export type { DoctorFinding } from './pipeline/doctor-finding.ts';
export { downloadResults } from './pipeline/download-results.ts';
export type { DataSize, HeldModel, JobSizes } from './pipeline/job-needs.ts';
export { jobSizes } from './pipeline/job-sizes.ts';
export { quotaProblems, requireQuotas } from './pipeline/quota-problems.ts';
export { quotaUses } from './pipeline/quota-use.ts';
export { renderPipeline } from './pipeline/render-pipeline.ts';
export type { RenderSettings, TrainingArtefacts } from './pipeline/render-settings.ts';
export { pipelinePrefix } from './pipeline/render-settings.ts';
export { type ResolveTrainingOptions, resolveTraining } from './pipeline/resolve-training.ts';
export { type StagedInputs, type StageMore, stageInputs } from './pipeline/stage-inputs.ts';
export {
  executionId,
  retryPipeline,
  type StartOptions,
  startPipeline,
  upsertPipeline,
} from './pipeline/start-pipeline.ts';
export { type TrainingFile, trainingFiles } from './pipeline/training-files.ts';
export {
  describeExecution,
  stopPipeline,
  type WatchedExecution,
  type WatchedStep,
  type WatchOptions,
  type WatchResult,
  watchPipeline,
} from './pipeline/watch-pipeline.ts';
export {
  cleanupStep,
  type DeployStepOptions,
  type DeployStepResult,
  deployStep,
  readDeployment,
} from './steps/deploy-step.ts';
export { type OwnedNames, ownedNames } from './steps/owned-endpoint.ts';
export { type RegisterStepOptions, registerStep } from './steps/register-step.ts';
export { type RestoreOptions, restoreShards } from './steps/restore-shards.ts';
