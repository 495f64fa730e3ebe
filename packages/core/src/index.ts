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
