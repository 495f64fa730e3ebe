export {
  type Aggregate,
  type Algorithm,
  type DatasetView,
  defineAlgorithm,
  type HelperAnswer,
  type HelperAsk,
  type HelperModel,
  type ModelAnswer,
  type ModelAsk,
  type ScoreOutcome,
  type ScoreSpec,
  type ScoringInput,
  type Unscored,
} from './algorithms/algorithm.ts';
export { ALGORITHMS } from './algorithms/algorithm-table.ts';
export { type AssertionResult, assertionResults } from './algorithms/assertions.ts';
export { importCode, runJavascriptLater } from './algorithms/import-code.ts';
export { type AlgorithmInstance, instantiateAlgorithm } from './algorithms/instantiate.ts';
export type { JudgedUnit } from './algorithms/judged-units.ts';
export { checklistPrompt } from './algorithms/judging/checklist-prompt.ts';
export { entailmentModel } from './algorithms/judging/entailment-judge.ts';
export { type CodeModule, isCodeModule } from './algorithms/load-custom-algorithm.ts';
export { knownAlgorithms, type RecordedScore } from './algorithms/recorded-algorithm.ts';
export { recordedChoice } from './algorithms/right-choice.ts';
export type { BatchHooks } from './batch/batch-desk.ts';
export { batchLedgerFile } from './batch/batch-ledger.ts';
export { createBatchRunner } from './batch/batch-runner.ts';
export type { Batch, BatchLine, BatchResult, BatchService, BatchState } from './batch/batch-service.ts';
export { AnswerCache } from './cache/answer-cache.ts';
export type { KeyPart } from './cache/answer-key.ts';
export { type CacheReason, cacheReasons } from './cache/cache-why.ts';
export type { PartDifference } from './cache/explain-miss.ts';
export { EndpointLimits } from './calls/endpoint-limits.ts';
export { inCompletionOrder } from './calls/in-completion-order.ts';
export { networkError } from './calls/network-error.ts';
export { type Answered, PacedCalls, Unanswered } from './calls/paced-calls.ts';
export { readText } from './calls/read-text.ts';
export { type Retried, RetryBudget } from './calls/retry.ts';
export { configJsonSchema } from './config/config-json-schema.ts';
export { didYouMean } from './config/did-you-mean.ts';
export { errorFinding, type Finding, type NoteCode } from './config/finding.ts';
export { inertKeys } from './config/inert-keys.ts';
export { isBatched } from './config/is-batched.ts';
export {
  configFromData,
  type LoadedConfig,
  loadConfig,
  parseConfig,
  requireValid,
  type ValidConfig,
} from './config/load-config.ts';
export { loadPrices } from './config/load-prices.ts';
export { type Gate, parseGate, runsOfGate } from './config/parse-gate.ts';
export { isInside, projectFolders, realPath } from './config/project-folders.ts';
export { resolveJudge } from './config/resolve-judge.ts';
export {
  type ResolvedModel,
  type ResolvedPrompt,
  type ResolveRunnersOptions,
  resolveModels,
  resolveRunners,
} from './config/resolve-runners.ts';
export type { AlgorithmConfig, RobustnessConfig } from './config/schema/algorithm-config.ts';
export type { AwsConfig } from './config/schema/aws-config.ts';
export type { DatasetConfig, DatasetFormat, Dialect } from './config/schema/dataset-config.ts';
export type { GateConfig, SelectionConfig, StopConfig } from './config/schema/decision-config.ts';
export type { EvaluationConfig, PipelineConfig } from './config/schema/evaluation-config.ts';
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
  RUNNER_KINDS,
  type RunnerKind,
} from './config/schema/model-config.ts';
export type { CodeBlock, ExecBlock, HttpBlock, ModuleBlock } from './config/schema/own-model-blocks.ts';
export type { FewShotExample, PromptConfig } from './config/schema/prompt-config.ts';
export type {
  CacheConfig,
  MaxFailures,
  PricesConfig,
  PriceTable,
  RepeatConfig,
  ShardingConfig,
} from './config/schema/run-config.ts';
export { headerVariables, withoutUrlSecrets } from './config/url-secrets.ts';
export { type CostLine, CostMeter, totalOf } from './cost/cost-meter.ts';
export { formatAmount, formatHourlyCost, hourlyCost, type Instances, type InstanceUse } from './cost/hourly-cost.ts';
export { meteredRunner } from './cost/metered-runner.ts';
export { type ModelCost, runCosts } from './cost/run-costs.ts';
export { type Limits, limitReached, watchLimits } from './cost/run-limits.ts';
export { tokenPrice } from './cost/token-price.ts';
export { CATALOGUE, type CatalogueEntry, findInCatalogue } from './datasets/catalogue.ts';
export type { BadRow } from './datasets/dataset.ts';
export { type DatasetFile, pinOf } from './datasets/dataset-file.ts';
export { compileFieldPath } from './datasets/field-path.ts';
export type { FetchDataset } from './datasets/local-dataset.ts';
export { BUILT_IN_DATASETS, isPlainLines, isRemote, locateFiles, resolveConfigPath } from './datasets/locate-files.ts';
export { openDataset } from './datasets/open-dataset.ts';
export type { PlannedDataset } from './datasets/planned-dataset.ts';
export { describeRemote } from './datasets/remote/describe-remote.ts';
export { type FetchRemoteOptions, fetchRemote } from './datasets/remote/fetch-remote.ts';
export { hubJson } from './datasets/remote/hub-api.ts';
export { readCommit, readHubFile } from './datasets/remote/hub-file.ts';
export type { GetObjectOptions, ObjectStore, OpenObjectStore, StoredObject } from './datasets/remote/object-store.ts';
export { type RemoteRequest, remoteGet } from './datasets/remote/remote-request.ts';
export type { ShardPosition } from './datasets/shard-rows.ts';
export { shardName } from './datasets/shard-rows.ts';
export { type DownloadFailure, downloadFile, partialPath } from './downloads/download-file.ts';
export { fetchWithRetries } from './downloads/fetch-with-retries.ts';
export { type DigestAlgorithm, fileDigest } from './downloads/file-digest.ts';
export { formatBytes } from './downloads/format-bytes.ts';
export { freeBytes } from './downloads/free-bytes.ts';
export { type HostKind, hostKind } from './downloads/host-kind.ts';
export { type HubSettings, hubHome, readHubSettings } from './downloads/hub-settings.ts';
export { type Fetch, publicFetch } from './downloads/public-fetch.ts';
export { type RunResult, requireWhole, runEvaluation } from './engine/run-evaluation.ts';
export type { RunHooks } from './engine/run-events.ts';
export type { PlannedModel, PlannedStop, RunPlan } from './engine/run-plan.ts';
export type { Compose } from './engine/sample-work.ts';
export {
  AssayError,
  type ErrorCode,
  type ErrorData,
  isAssayError,
  type SourcePlace,
  toAssayError,
} from './errors/assay-error.ts';
export { formatError, formatPlace } from './errors/format-error.ts';
export { shellCommand } from './errors/shell-command.ts';
export type { SampleRecord } from './journal/journal-record.ts';
export type { ExchangeFormat, ImportedLabels } from './labels/exchange-format.ts';
export { EXCHANGE_FORMATS } from './labels/exchange-formats.ts';
export { type HumanLabel, textDigest } from './labels/human-label.ts';
export { LabelBook } from './labels/label-book.ts';
export { appendLabel, readLabels } from './labels/label-file.ts';
export type { LabelSheet, LabelTask } from './labels/label-task.ts';
export { openOpenaiBatches, openOpenaiEmbedder, openOpenaiRunner } from './openai/open-openai.ts';
export type { Embedder } from './openai/openai-embedder.ts';
export type { OpenaiModel } from './openai/openai-model.ts';
export type { Perturbation } from './perturbations/perturbation.ts';
export { buildPipeline } from './pipeline/build-pipeline.ts';
export { graphProblems } from './pipeline/check-graph.ts';
export { datasetPrefix } from './pipeline/dataset-prefix.ts';
export { flatSteps } from './pipeline/group-steps.ts';
export { mergeRuns } from './pipeline/merge-runs.ts';
export type {
  Artefact,
  EvaluateStep,
  FinetuneStep,
  GateStep,
  PipelineGraph,
  PipelineStep,
  StepInput,
} from './pipeline/pipeline-graph.ts';
export { runPipelineLocally, type SpawnStep, type StepOutcome, type StepProcess } from './pipeline/run-locally.ts';
export { readDecision } from './pipeline/steps/read-decision.ts';
export { PORTABLE_STEPS, type PortableStep, runStep } from './pipeline/steps/run-step.ts';
export { DECISION_FILE_NAME, type Decision } from './pipeline/steps/select-step.ts';
export { readHost, type StepFolders, stepFolders, writeExitMessage } from './pipeline/steps/step-folders.ts';
export {
  readStepConfig,
  STEP_CONFIG_FILE,
  STEP_LIMIT_VARIABLE,
  STEP_PUBLISH_VARIABLE,
  STEP_RESULTS_VARIABLE,
  STEP_SETTINGS_FILE,
  type StepConfig,
  type StepSettings,
  withAnswers,
} from './pipeline/steps/step-settings.ts';
export { checkRun, type DataCheck, type RunCheck } from './plan/check/check-run.ts';
export { checkGateScores } from './plan/check-decisions.ts';
export { type PlanOptions, planRun } from './plan/plan-run.ts';
export { previewRun } from './plan/preview/preview-run.ts';
export type { Cost, ModelPreview, PowerPreview, RunPreview } from './plan/preview/run-preview.ts';
export type { ComposedPrompt } from './prompts/compose-prompt.ts';
export { compileChatTemplate } from './python/chat-template.ts';
export type { TemplateLimits } from './python/template-limits.ts';
export type { Approval } from './registry/approval.ts';
export { findRegistered, REGISTRY_FOLDER, readRegistry, setApproval } from './registry/read-registry.ts';
export { registerLocally } from './registry/register-locally.ts';
export type { RegisteredModel } from './registry/registered-model.ts';
export { valueSignature } from './results/figure-signature.ts';
export { findDamage } from './results/find-damage.ts';
export { INTERVAL_METHODS, NO_INTERVAL, weightWords } from './results/interval-words.ts';
export { readManifest } from './results/manifest.ts';
export { findSample } from './results/read-rows.ts';
export {
  findRun,
  findRunIfAny,
  listRuns,
  type OnDamage,
  RUNS_FOLDER,
  readRun,
  sampleCount,
} from './results/read-run.ts';
export { damageText, isDamaged, type RunDamage, requireDecidable } from './results/run-damage.ts';
export { changeRunNotes, NO_NOTES, type RunNotes, readRunNotes, runNotes } from './results/run-notes.ts';
export { type RunPart, type RunShard, shardText } from './results/run-shard.ts';
export { changeSampleNote, readSampleNotes, type SampleNote, sampleNote } from './results/sample-notes.ts';
export { type SpentMs, STAGES, type Stage } from './results/stage-clock.ts';
export { readSummary } from './results/stored-summary.ts';
export type {
  Comparison,
  LeftOut,
  Manifest,
  ModelSummary,
  PairVerdict,
  RunView,
  SampleRow,
  ScoreSummary,
  StopSummary,
  Summary,
  Timing,
} from './results/summary.ts';
export type { DescribedRunner } from './runner/described-runner.ts';
export { failedAnswer } from './runner/failed-answer.ts';
export { isGreedyRequest } from './runner/greedy-request.ts';
export { withLabelAnswers } from './runner/label-answers.ts';
export type { PromptReading } from './runner/prompt-reading.ts';
export type {
  ChatMessage,
  Classification,
  Completed,
  Completion,
  Embedding,
  Failed,
  GenerateOptions,
  LogProbability,
  LogProbabilityOptions,
  LogProbabilityRequest,
  Prompt,
  Runner,
  RunnerHooks,
  RunnerWith,
  ScoreWindows,
  Stream,
  TextConstraint,
  TextContext,
  TextInput,
  TextPiece,
  TextSpan,
  TokenChoice,
  Tokenizer,
  TokenLogProbability,
} from './runner/runner.ts';
export { TEXT_CONTEXTS } from './runner/runner.ts';
export { runnerMethod, runnerMethods } from './runner/runner-method.ts';
export { runnerWith } from './runner/runner-with.ts';
export type { FeatureName, Features, Sample } from './samples/sample.ts';
export { SAMPLE_STATES, type SampleState } from './samples/sample-state.ts';
export type { DescribeHelper, HelperBackend, HelperFailure, HelperResult, OpenHelper } from './scoring/helper-desk.ts';
export { createScriptedRunner } from './scripted/scripted-runner.ts';
export { readBestModel, writeBestModel } from './selection/best-model.ts';
export { type Bridge, bridgedScores, bridgeOver, otherJudges, withoutOtherJudges } from './selection/bridged-judges.ts';
export { checkGates } from './selection/check-gates.ts';
export { type ComparableScore, comparableScores, sampleScores, sharedScores } from './selection/comparable-scores.ts';
export { type AnswerPair, compareAnswers } from './selection/compare-answers.ts';
export {
  type CategoryComparison,
  compareCategories,
  compareEachPair,
  compareModels,
} from './selection/compare-models.ts';
export { type Drift, driftOf } from './selection/drift.ts';
export {
  gatesOutcome,
  INCONCLUSIVE_POLICIES,
  type InconclusivePolicy,
  inconclusivePolicy,
} from './selection/gate-policy.ts';
export type { GateResult, GateStatus } from './selection/gate-result.ts';
export { leftOutText } from './selection/left-out.ts';
export { gatherScores, type ModelScores } from './selection/model-scores.ts';
export { type ModelRank, rankText } from './selection/rank-models.ts';
export { type ChangedSample, mostChanged, pairSamples, type SamplePairs } from './selection/sample-pairs.ts';
export { rankingsOf, type ScoreRanking } from './selection/score-rankings.ts';
export { scoredOtherwise } from './selection/score-signatures.ts';
export { ScoredRun } from './selection/scored-run.ts';
export { type Selection, selectModel } from './selection/select-model.ts';
export { turnedVerdict, verdictWords } from './selection/verdict.ts';
export { alignRuns } from './sources/align-runs.ts';
export { openRun, type RunSource } from './sources/open-run.ts';
export { assayCacheFolder } from './storage/cache-folder.ts';
export { type Clock, systemClock } from './storage/clock.ts';
export { fileModeIn, MODES, runAccess } from './storage/file-access.ts';
export { nodeStorage, sharedStorage } from './storage/node-storage.ts';
export { newRunId, type RunFolder, runFolder } from './storage/run-folder.ts';
export { clearRunLocks, hasRunLocks, isRunLocked } from './storage/run-lock.ts';
export type { Storage } from './storage/storage.ts';
export { storageError, systemError } from './storage/storage-error.ts';
export { readSyncedLines, SyncedLines } from './storage/synced-lines.ts';
