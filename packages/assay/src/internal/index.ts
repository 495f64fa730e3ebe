export {
  ALGORITHMS,
  AnswerCache,
  type AnswerPair,
  type Approval,
  AssayError,
  type AwsConfig,
  alignRuns,
  appendLabel,
  assayCacheFolder,
  BUILT_IN_DATASETS,
  buildPipeline,
  CATALOGUE,
  type CatalogueEntry,
  type CategoryComparison,
  type ChangedSample,
  type ChatMessage,
  type CodeModule,
  type ComparableScore,
  type Comparison,
  type Completed,
  type Completion,
  cacheReasons,
  changeRunNotes,
  changeSampleNote,
  checkGates,
  comparableScores,
  compareAnswers,
  compareCategories,
  compareEachPair,
  compareModels,
  configFromData,
  configJsonSchema,
  createScriptedRunner,
  type DataCheck,
  DECISION_FILE_NAME,
  type Decision,
  type Drift,
  damageText,
  datasetPrefix,
  describeRemote,
  didYouMean,
  driftOf,
  type ErrorCode,
  type ErrorData,
  EXCHANGE_FORMATS,
  type ExchangeFormat,
  type Finding,
  fetchRemote,
  findDamage,
  findInCatalogue,
  findRegistered,
  findRun,
  findSample,
  formatAmount,
  formatBytes,
  formatError,
  formatHourlyCost,
  formatPlace,
  type Gate,
  type GateResult,
  type GenerateOptions,
  gatesOutcome,
  gatherScores,
  hasRunLocks,
  INCONCLUSIVE_POLICIES,
  type InconclusivePolicy,
  type Instances,
  inconclusivePolicy,
  inertKeys,
  isAssayError,
  isCodeModule,
  isDamaged,
  isInside,
  isPlainLines,
  isRemote,
  isRunLocked,
  LabelBook,
  type Limits,
  type LogProbability,
  leftOutText,
  listRuns,
  loadConfig,
  locateFiles,
  type Manifest,
  type ModelCost,
  type ModelPreview,
  type ModelScores,
  mostChanged,
  NO_INTERVAL,
  NO_NOTES,
  newRunId,
  openDataset,
  type PartDifference,
  type PipelineGraph,
  type PipelineStep,
  type PlannedDataset,
  PORTABLE_STEPS,
  type PortableStep,
  type PowerPreview,
  type PriceTable,
  type Prompt,
  pairSamples,
  parseGate,
  pinOf,
  planRun,
  previewRun,
  publicFetch,
  REGISTRY_FOLDER,
  type RegisteredModel,
  type ResolvedModel,
  type ResolveRunnersOptions,
  RUNNER_KINDS,
  RUNS_FOLDER,
  type RunFolder,
  type RunHooks,
  type RunNotes,
  type Runner,
  type RunnerKind,
  type RunPlan,
  type RunPreview,
  type RunView,
  rankingsOf,
  rankText,
  readDecision,
  readHost,
  readLabels,
  readManifest,
  readRegistry,
  readRun,
  readRunNotes,
  readSampleNotes,
  readStepConfig,
  readSummary,
  realPath,
  registerLocally,
  requireDecidable,
  requireValid,
  requireWhole,
  resolveRunners,
  runCosts,
  runFolder,
  runNotes,
  runnerMethod,
  runPipelineLocally,
  runStep,
  type SampleNote,
  type SamplePairs,
  type SampleRow,
  type SampleState,
  ScoredRun,
  type ScoreRanking,
  type ScoreSummary,
  type Selection,
  type SelectionConfig,
  type ShardPosition,
  type SpawnStep,
  type SpentMs,
  STAGES,
  STEP_PUBLISH_VARIABLE,
  STEP_RESULTS_VARIABLE,
  type Stage,
  type StepConfig,
  type StepFolders,
  type StepOutcome,
  type StepProcess,
  type StepSettings,
  type Summary,
  sampleNote,
  sampleScores,
  setApproval,
  shardText,
  sharedStorage,
  shellCommand,
  stepFolders,
  systemError,
  type TextConstraint,
  type TextPiece,
  type Timing,
  type TokenChoice,
  type Tokenizer,
  type TokenLogProbability,
  toAssayError,
  totalOf,
  type ValidConfig,
  valueSignature,
  verdictWords,
  weightWords,
  withAnswers,
  writeExitMessage,
} from '@assay/core';
export type { Device, Dtype, OpenLocalModelOptions } from '@assay/runner-local';
export type {
  AwsConnection,
  AwsSettings,
  BilledLine,
  DataSize,
  EstimateLine,
  WatchedExecution,
} from '@assay/runner-sagemaker';
export { type ConfigCheck, checkConfig } from '../check/check-config.ts';
export type { CheckedModel } from '../check/check-models.ts';
export { costOfSide, openSides, type SideOptions } from '../compare/open-sides.ts';
export type { Side, Sides } from '../compare/sides.ts';
export { answerCacheFolder } from '../compose/answer-cache-folder.ts';
export { besideConfig } from '../compose/beside-config.ts';
export { type Composition, composeRun } from '../compose/compose-run.ts';
export { checkInstances, costLimits } from '../compose/cost-limits.ts';
export { datasetFetcher, storeOpener } from '../compose/fetch-dataset.ts';
export { inspectInstall } from '../compose/inspect-install.ts';
export { loadNotices } from '../compose/load-notices.ts';
export { missingForModel } from '../compose/missing-for-model.ts';
export type { Notices } from '../compose/notices.ts';
export { awsServices, localConversion, localModels } from '../compose/optional-package.ts';
export { owner } from '../compose/owner.ts';
export { pricesOf } from '../compose/prices-of.ts';
export { defined } from '../defined.ts';
export { auditJudges } from '../judge/audit-judge.ts';
export { auditMarkdown } from '../judge/audit-markdown.ts';
export { makeChecklist } from '../judge/make-checklist.ts';
export { type AnnotatorAgreement, annotatorAgreement } from '../label/annotator-agreement.ts';
export { type LabelJob, labelJob } from '../label/label-job.ts';
export { type LabelProgress, labelProgress } from '../label/label-progress.ts';
export { LabelSession } from '../label/label-session.ts';
export { endWithProcess } from '../own/end-with-process.ts';
export { configReach } from '../reach/config-reach.ts';
export type { Reach, ReachGrants, ReachSettings } from '../reach/reach.ts';
export { requireOwnFiles, requireReach } from '../reach/require-reach.ts';
export { type ExecutedRun, executeRun } from '../run/execute-run.ts';
export { openShards } from '../run/open-shards.ts';
export { performRun } from '../run/perform-run.ts';
export { planConfig } from '../run/plan-config.ts';
export { askedWith } from '../runs/asked-with.ts';
export { namedGates } from '../runs/named-gates.ts';
export { publishIfAsked, publishRun } from '../runs/publish-run.ts';
export { configOfRun, pricesOfRun, readRunConfig } from '../runs/read-run-config.ts';
export { actingUser } from '../runs/registry-actor.ts';
export { baselinesOf, checkStatedGates, prepareGates } from '../runs/run-gates.ts';
export { configSelection, selectFromRun } from '../runs/select-from-run.ts';
export { askToStop, isAskedToStop, STOP_FILE } from '../runs/stop-request.ts';
export { type Trouble, troublesOf } from '../runs/troubles.ts';
export { writeRunReport } from '../runs/write-run-report.ts';
export type { AwsSelection, CostSettings, OpenSettings, RunSettings } from '../settings/run-settings.ts';
