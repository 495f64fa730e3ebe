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
export { type AlgorithmInstance, instantiateAlgorithm } from './algorithms/instantiate.ts';
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
