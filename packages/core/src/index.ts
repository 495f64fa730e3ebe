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
