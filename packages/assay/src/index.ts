export {
  AssayError,
  type Classification,
  type Comparison,
  type Embedding,
  type ErrorCode,
  isAssayError,
  type RunHooks,
  type SampleRow,
  type ScoreSpec,
  type Selection,
  type TextSpan,
} from '@assay/core';
export type { AlgorithmUse } from './library/algorithm-use.ts';
export {
  algorithm,
  assertions,
  classificationAccuracy,
  embeddingSimilarity,
  exactMatch,
  factualKnowledge,
  jsonValidity,
  llmJudge,
  qaAccuracy,
  summarizationAccuracy,
  toxicity,
  translation,
} from './library/built-in.ts';
export { compare, type RunComparison, select, writeReport } from './library/decide.ts';
export { defineAlgorithm, type ScoredSample } from './library/define-algorithm.ts';
export { evaluate, evaluateConfig, scoreOutputs } from './library/evaluate.ts';
export type { EvaluateOptions, Keys, RunOptions } from './library/evaluation-options.ts';
export { type EvaluationRun, type Figure, readRun } from './library/evaluation-run.ts';
export {
  bedrock,
  defineModel,
  http,
  local,
  type Model,
  openai,
  outputs,
  sagemaker,
  scripted,
} from './library/models.ts';
export { classify, embed, type ReadText } from './library/read-texts.ts';
export { binary, bounded, real, unscored } from './library/score-kinds.ts';
export type { OwnAnswer, OwnPrompt } from './own/own-model.ts';
