export { type BertScore, type BertScoreOptions, bertScore } from './bertscore/bert-score.ts';
export { cosineSimilarity } from './bertscore/cosine-similarity.ts';
export { inverseDocumentFrequencies } from './bertscore/inverse-document-frequencies.ts';
export type { TokenEmbeddings } from './bertscore/token-embeddings.ts';
export { accuracy, balancedAccuracy } from './classification/accuracy.ts';
export { cohenKappa, matthewsCorrelation } from './classification/agreement.ts';
export { type ClassificationReport, classificationReport } from './classification/classification-report.ts';
export { type ClassCounts, ConfusionMatrix, type ConfusionMatrixData } from './classification/confusion-matrix.ts';
export { fmevalLabel, UNKNOWN_LABEL } from './classification/fmeval-label.ts';
export {
  type Average,
  averagePrecisionRecall,
  binaryPrecisionRecall,
  type ClassScores,
  type PrecisionRecall,
  perClassPrecisionRecall,
  samplePrecisionRecall,
} from './classification/precision-recall.ts';
export { brierScore, expectedCalibrationError, logLoss } from './classification/probability-scores.ts';
export { averagePrecision, rocAuc } from './classification/ranking.ts';
export type { AlignmentChunk } from './edit/alignment.ts';
export { characterErrorRate } from './edit/character-error-rate.ts';
export type { ErrorRateMetric, ErrorRateOptions } from './edit/error-rate-metric.ts';
export type { ErrorRates } from './edit/error-rates.ts';
export { indelDistance, indelSimilarity } from './edit/indel-distance.ts';
export { jaroSimilarity, jaroWinklerSimilarity } from './edit/jaro-winkler.ts';
export { levenshteinDistance } from './edit/levenshtein-distance.ts';
export { levenshteinSimilarity, normalisedLevenshteinDistance } from './edit/levenshtein-similarity.ts';
export { longestCommonSubsequence } from './edit/longest-common-subsequence.ts';
export { sequenceLevenshtein } from './edit/sequence-levenshtein.ts';
export { type WordErrorRateOptions, wordErrorRate } from './edit/word-error-rate.ts';
export { scanRougeWords } from './kernels/scan-rouge-words.ts';
export { TokenBuffer } from './kernels/token-buffer.ts';
export { Vocabulary } from './kernels/vocabulary.ts';
export {
  bitsPerByte,
  type LogProbabilityTotals,
  lengthNormalizedLogProbability,
  mergeLogProbabilityTotals,
  perplexity,
  sumLogProbabilities,
} from './language-modelling/log-probability.ts';
export { passAtK } from './language-modelling/pass-at-k.ts';
export { type MeteorMetric, type MeteorOptions, meteor } from './meteor/meteor.ts';
export { type MeteorParameters, type MeteorScore, meteorScore } from './meteor/meteor-score.ts';
export type { NltkVersion } from './meteor/nltk-dialect.ts';
export { type NltkTokeniser, type NltkTokeniserOptions, nltkTokeniser } from './meteor/nltk-tokeniser.ts';
export type { PunktParameters } from './meteor/punkt-parameters.ts';
export { AnswerReader, type AnswerScores } from './overlap/answer-scores.ts';
export { bleu } from './overlap/bleu.ts';
export type { BleuOptions, BleuSmoothing } from './overlap/bleu-options.ts';
export type { BleuScore } from './overlap/bleu-score.ts';
export { chrf } from './overlap/chrf.ts';
export type { ChrfOptions } from './overlap/chrf-options.ts';
export { exactMatch, quasiExactMatch } from './overlap/exact-match.ts';
export { combineTargets, inclusion, quasiInclusion } from './overlap/inclusion.ts';
export type { MetricErrorCode } from './overlap/metric-error.ts';
export { prefixMatch, regexMatcher } from './overlap/pattern-match.ts';
export { type QaScores, qaScores } from './overlap/qa-scores.ts';
export { type RougeScores, rouge } from './overlap/rouge.ts';
export type { RougeOptions, RougeType } from './overlap/rouge-options.ts';
export type { RougeScore } from './overlap/rouge-score.ts';
export { splitTargets } from './overlap/split-targets.ts';
export { type TerScore, ter } from './overlap/ter.ts';
export type { TextMetric } from './overlap/text-metric.ts';
export { type TokenScores, tokenMultisetScores, tokenSetScores } from './overlap/token-scores.ts';
export { butterFinger } from './perturbation/butter-finger.ts';
export { randomUppercase } from './perturbation/random-uppercase.ts';
export { type WhitespaceProbabilities, whitespaceAddRemove } from './perturbation/whitespace-add-remove.ts';
export { createGenerator } from './random/create-generator.ts';
export { hashSeed } from './random/hash-seed.ts';
export { numpyGenerator } from './random/numpy-generator.ts';
export { pandasSample } from './random/pandas-sample.ts';
export { type PythonSampler, pythonSampler } from './random/python-sampler.ts';
export type { RandomGenerator } from './random/random-generator.ts';
export { ndcgAt, precisionAt, type Relevance, recallAt, reciprocalRank } from './retrieval/ranked-list.ts';
export { type AgreementKind, agreementEstimate } from './statistics/agreement/agreement-interval.ts';
export { type KrippendorffLevel, krippendorffAlpha } from './statistics/agreement/krippendorff.ts';
export {
  type BootstrapOptions,
  type BootstrapResult,
  bootstrap,
  pairedBootstrap,
} from './statistics/bootstrap/bootstrap.ts';
export {
  meanStatistics,
  ratioOfSums,
  type StatisticOfSums,
  type SufficientStatistics,
} from './statistics/bootstrap/sufficient-statistics.ts';
export type { CorrelationResult } from './statistics/correlation/correlation-result.ts';
export { kendall } from './statistics/correlation/kendall.ts';
export { pearson } from './statistics/correlation/pearson.ts';
export { spearman } from './statistics/correlation/spearman.ts';
export { cohenD, cohenDPaired, cohenH } from './statistics/effect-size/effect-size.ts';
export {
  compareFamily,
  type FamilyMember,
  type FamilyOptions,
  singleLevel,
} from './statistics/families/compare-family.ts';
export { correlationMatrix, type Matrix } from './statistics/families/correlation-matrix.ts';
export { CorrelationSums } from './statistics/families/correlation-sums.ts';
export { familyLevel } from './statistics/families/family-level.ts';
export { stepDown } from './statistics/families/step-down.ts';
export { benjaminiHochberg, holm } from './statistics/hypothesis/adjust-pvalues.ts';
export { type McNemarMethod, mcnemarTest } from './statistics/hypothesis/mcnemar.ts';
export {
  approximateRandomization,
  type PermutationMethod,
  type PermutationOptions,
  type PermutationResult,
  pairedPermutationTest,
  signFlipTest,
} from './statistics/hypothesis/paired-permutation.ts';
export { pairedTTest } from './statistics/hypothesis/paired-t-test.ts';
export type { Alternative, TestResult } from './statistics/hypothesis/test-result.ts';
export { type SampleSpread, type WelchResult, welchTTest } from './statistics/hypothesis/welch-t-test.ts';
export { type WilcoxonOptions, wilcoxonSignedRank } from './statistics/hypothesis/wilcoxon.ts';
export {
  type IndependentMethod,
  type IndependentSide,
  independentDifference,
} from './statistics/independent/independent-difference.ts';
export { blakerInterval } from './statistics/intervals/blaker.ts';
export { type CountedClass, classQuantile } from './statistics/intervals/class-quantile.ts';
export { clopperPearsonInterval } from './statistics/intervals/clopper-pearson.ts';
export {
  type ClusterRobustMean,
  type ClusterTotal,
  clusterRobustMean,
} from './statistics/intervals/cluster-robust.ts';
export type { Interval } from './statistics/intervals/interval.ts';
export { type QuantileEstimate, quantileEstimate } from './statistics/intervals/quantile-estimate.ts';
export { studentInterval } from './statistics/intervals/student.ts';
export { wilsonInterval, wilsonIntervalCorrected } from './statistics/intervals/wilson.ts';
export { aucDifference, type RankedPair } from './statistics/jackknife/auc-difference.ts';
export { type AucEstimate, aucEstimate } from './statistics/jackknife/auc-estimate.ts';
export { kappaScore, macroF1Score, meanClassRate } from './statistics/jackknife/class-scores.ts';
export { type CorpusPair, corpusDifference } from './statistics/jackknife/corpus-difference.ts';
export { type CorpusEstimate, corpusEstimate } from './statistics/jackknife/corpus-interval.ts';
export type { CorpusRow } from './statistics/jackknife/corpus-rows.ts';
export type { CorpusScore } from './statistics/jackknife/corpus-score.ts';
export { bleuCorpusScore, chrfCorpusScore, ratioScore } from './statistics/jackknife/corpus-scores.ts';
export { correlationRow, correlationScore } from './statistics/jackknife/correlation-score.ts';
export { type JudgeUsefulness, judgeUsefulness } from './statistics/judged/judge-usefulness.ts';
export type { JudgedUse } from './statistics/judged/judged-choice.ts';
export { type JudgedDifference, type JudgedPairs, judgedDifference } from './statistics/judged/judged-difference.ts';
export { type JudgedMean, type JudgedOptions, judgedMean } from './statistics/judged/judged-mean.ts';
export {
  expectedHalfWidth,
  halfWidthForGate,
  type JudgedPlan,
  labelsNeeded,
} from './statistics/judged/judged-plan.ts';
export type { JudgedSamples, JudgedTarget } from './statistics/judged/judged-samples.ts';
export { type PublishedPpi, publishedPpi } from './statistics/judged/published-ppi.ts';
export { type TrialVerdict, type TrustThreshold, trustThreshold } from './statistics/judged/trust-threshold.ts';
export { type BoundedMean, type BoundedMeanMethod, boundedMean } from './statistics/means/bounded-mean.ts';
export { clusterGroups } from './statistics/means/cluster-groups.ts';
export { type ClusterGroup, cr2 } from './statistics/means/cr2.ts';
export { endsAt } from './statistics/means/ends-estimate.ts';
export type { MeanEstimate } from './statistics/means/mean-estimate.ts';
export type { ScoreRange } from './statistics/means/score-range.ts';
export {
  haveOneWeight,
  type WeightClass,
  type WeightedTotals,
  weightClasses,
  weightedClusters,
  weightedTotals,
} from './statistics/means/weight-classes.ts';
export { weightedClassMean, weightedMean } from './statistics/means/weighted-mean.ts';
export { type ArrayMoments, mean, neumaierSum, variance, welford } from './statistics/moments/array-moments.ts';
export { Moments, type MomentsData } from './statistics/moments/moments.ts';
export { momentsByKey } from './statistics/moments/moments-by-key.ts';
export { median, quantile } from './statistics/moments/quantile.ts';
export { DifferenceSums, type FlipCounts } from './statistics/pairs/difference-sums.ts';
export { equivalencePvalue, noninferiorityPvalue } from './statistics/pairs/equivalence.ts';
export { flipsInterval, flipsPvalue } from './statistics/pairs/flips.ts';
export { type MeanDifference, unknownDifference } from './statistics/pairs/mean-difference.ts';
export {
  type PairedMethod,
  type PairedOptions,
  pairedDifference,
  summedDifference,
} from './statistics/pairs/paired-difference.ts';
export type { Flips } from './statistics/pairs/tango.ts';
export { detectableFlips, flipsPower, neededFlips } from './statistics/power/flips-power.ts';
export { detectableMcnemarDifference, mcnemarPower, neededForMcnemar } from './statistics/power/mcnemar-power.ts';
export {
  detectablePairedDifference,
  neededPairs,
  type PowerOptions,
  pairedDifferencePower,
} from './statistics/power/paired-difference.ts';
export {
  detectablePairedEnds,
  neededPairedEnds,
  type PairedEndsOptions,
  pairedEndsPower,
} from './statistics/power/paired-ends-power.ts';
export {
  detectableProportionDifference,
  neededPerProportion,
  twoProportionPower,
} from './statistics/power/two-proportions.ts';
export { type BetaBinomialOptions, betaBinomialSequence } from './statistics/sequential/beta-binomial-sequence.ts';
export { type BettingOptions, bettingSequence } from './statistics/sequential/betting-sequence.ts';
export { bettingTest } from './statistics/sequential/betting-test.ts';
export { type BoundedSequenceOptions, boundedSequence } from './statistics/sequential/bounded-sequence.ts';
export type { ConfidenceSequence, SequenceOptions } from './statistics/sequential/confidence-sequence.ts';
export { empiricalBernsteinSequence } from './statistics/sequential/empirical-bernstein-sequence.ts';
export { type PlannedLooks, plannedLooks } from './statistics/sequential/planned-looks.ts';
export { type PredictedSequence, predictedSequence } from './statistics/sequential/predicted-sequence.ts';
export { meetsStopRule, type StopRule } from './statistics/sequential/stop-rule.ts';
export { normalCdf, normalQuantile } from './statistics/special/normal.ts';
export { studentCdf, studentQuantile } from './statistics/special/student-t.ts';
export type { PorterMode } from './stem/porter-mode.ts';
export { type PorterOptions, porterStem } from './stem/porter-stem.ts';
export { type Normaliser, normaliseQuac, normalisers, normaliseSquad, normaliseUnicode } from './text/normalisers.ts';
export { stripPython } from './text/python-whitespace.ts';
export type { SacrebleuTokeniser } from './text/sacrebleu-lines.ts';
export type { TercomOptions } from './text/tercom-line.ts';
export {
  customTokeniser,
  rougeTokeniser,
  sacrebleuTokeniser,
  segmenterTokeniser,
  type Tokeniser,
  whitespaceTokeniser,
} from './text/tokenisers.ts';
