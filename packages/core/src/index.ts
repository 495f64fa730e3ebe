export {
  type Aggregate,
  type Algorithm,
  defineAlgorithm,
  type HelperAnswer,
  type HelperAsk,
  type ModelAnswer,
  type ModelAsk,
  type ScoreOutcome,
  type ScoreSpec,
  type ScoringInput,
} from './algorithms/algorithm.ts';
export { ALGORITHMS } from './algorithms/algorithm-table.ts';
export { type AlgorithmInstance, instantiateAlgorithm } from './algorithms/instantiate.ts';
export { canonicalAlgorithmName } from './config/algorithm-name.ts';
export { type ConfigJsonSchemaOptions, configJsonSchema } from './config/config-json-schema.ts';
export { didYouMean } from './config/did-you-mean.ts';
export { type ErrorFinding, type Finding, findingError, type NoteCode } from './config/finding.ts';
export { generateOptions } from './config/generate-options.ts';
export {
  type LoadConfigOptions,
  type LoadedConfig,
  loadConfig,
  parseConfig,
  requireValid,
  type ValidConfig,
} from './config/load-config.ts';
export {
  type ResolvedModel,
  type ResolvedPrompt,
  type ResolveRunnersOptions,
  resolveRunners,
} from './config/resolve-runners.ts';
export { runnerOf } from './config/runner-of.ts';
export { type AlgorithmConfig, type RobustnessConfig, robustnessConfig } from './config/schema/algorithm-config.ts';
export type { AwsConfig } from './config/schema/aws-config.ts';
export {
  DATASET_FORMATS,
  type DatasetConfig,
  type DatasetFormat,
  DIALECTS,
  type Dialect,
  datasetConfig,
} from './config/schema/dataset-config.ts';
export type { GateConfig, SelectionConfig, StopConfig } from './config/schema/decision-config.ts';
export { type EvaluationConfig, evaluationConfig, type PipelineConfig } from './config/schema/evaluation-config.ts';
export type { InferenceParameters } from './config/schema/inference-parameters.ts';
export type {
  BedrockBlock,
  LocalBlock,
  OpenaiBlock,
  SagemakerBlock,
  ScriptedBlock,
} from './config/schema/model-blocks.ts';
export {
  type EvaluationSettings,
  type ModelConfig,
  modelConfig,
  RUNNER_KINDS,
  type RunnerKind,
} from './config/schema/model-config.ts';
export type { FewShotExample, PromptConfig } from './config/schema/prompt-config.ts';
export {
  type CacheConfig,
  type MaxFailures,
  type PricesConfig,
  type PriceTable,
  priceTable,
  type RepeatConfig,
  type ShardingConfig,
} from './config/schema/run-config.ts';
export { schemaFindings } from './config/schema-findings.ts';
export { type ConfigPath, formatPath } from './config/source-map.ts';
export type { HelperBackend, OpenHelper } from './engine/helper-desk.ts';
export { type RunResult, runEvaluation } from './engine/run-evaluation.ts';
export type { RunHooks } from './engine/run-events.ts';
export type { PlannedDataset, PlannedModel, RunPlan } from './engine/run-plan.ts';
export type { Compose, ComposedPrompt } from './engine/sample-work.ts';
export {
  AssayError,
  type AssayErrorOptions,
  ERROR_CODES,
  type ErrorCode,
  type ErrorData,
  isAssayError,
  type SourcePlace,
  toAssayError,
} from './errors/assay-error.ts';
export { formatError, formatPlace } from './errors/format-error.ts';
export { findRun, listRuns, RUNS_FOLDER, readManifest, readRun } from './results/read-run.ts';
export { newRunId, type RunFolder, runFolder } from './results/run-folder.ts';
export type {
  Comparison,
  Manifest,
  ModelSummary,
  RunView,
  SampleRow,
  ScoreSummary,
  Summary,
  Timing,
} from './results/summary.ts';
export type {
  Capability,
  ChatMessage,
  Classification,
  Completed,
  Completion,
  Embedding,
  Failed,
  GenerateOptions,
  LogProbability,
  LogProbabilityRequest,
  Prompt,
  Runner,
  RunnerHooks,
  Stream,
  TextInput,
} from './runner/runner.ts';
export { FEATURES, type FeatureName, type Features, type Sample } from './samples/sample.ts';
export { SAMPLE_STATES, type SampleState } from './samples/sample-state.ts';
