export { lcsLength } from './kernels/lcs-length.ts';
export { scanRougeWords } from './kernels/scan-rouge-words.ts';
export { TokenBuffer } from './kernels/token-buffer.ts';
export { Vocabulary } from './kernels/vocabulary.ts';
export { bleu } from './overlap/bleu.ts';
export type { BleuOptions, BleuSmoothing } from './overlap/bleu-options.ts';
export { type BleuScore, bleuScore } from './overlap/bleu-score.ts';
export { chrf } from './overlap/chrf.ts';
export type { ChrfOptions } from './overlap/chrf-options.ts';
export { chrfScore } from './overlap/chrf-score.ts';
export { exactMatch, quasiExactMatch } from './overlap/exact-match.ts';
export { combineTargets, inclusion, quasiInclusion } from './overlap/inclusion.ts';
export { type MetricErrorCode, metricError } from './overlap/metric-error.ts';
export { prefixMatch, regexMatcher } from './overlap/pattern-match.ts';
export { type QaScores, qaScores } from './overlap/qa-scores.ts';
export { type RougeScores, rouge } from './overlap/rouge.ts';
export type { RougeOptions, RougeType } from './overlap/rouge-options.ts';
export type { RougeScore } from './overlap/rouge-score.ts';
export { splitTargets } from './overlap/split-targets.ts';
export { type TerScore, ter } from './overlap/ter.ts';
export { mergeStatistics, SIGNATURE_VERSION, type TextMetric } from './overlap/text-metric.ts';
export { type TokenScores, tokenMultisetScores, tokenSetScores } from './overlap/token-scores.ts';
export { createGenerator } from './random/create-generator.ts';
export { hashSeed } from './random/hash-seed.ts';
export { numpyGenerator } from './random/numpy-generator.ts';
export { pandasSample } from './random/pandas-sample.ts';
export type { RandomGenerator } from './random/random-generator.ts';
export { clopperPearsonInterval } from './statistics/intervals/clopper-pearson.ts';
export type { Interval } from './statistics/intervals/interval.ts';
export { studentInterval } from './statistics/intervals/student.ts';
export { wilsonInterval, wilsonIntervalCorrected } from './statistics/intervals/wilson.ts';
export { Moments, type MomentsData } from './statistics/moments/moments.ts';
export type { PorterMode } from './stem/porter-mode.ts';
export { type PorterOptions, porterStem } from './stem/porter-stem.ts';
export {
  type Normaliser,
  normaliseQuac,
  normalisers,
  normaliseSquad,
  normaliseUnicode,
} from './text/normalisers.ts';
export { isPythonWhitespace, splitPython, stripPython, stripPythonEnd } from './text/python-whitespace.ts';
export { type SacrebleuTokeniser, sacrebleuLine } from './text/sacrebleu-lines.ts';
export { type TercomOptions, tercomLine } from './text/tercom-line.ts';
export {
  customTokeniser,
  rougeTokeniser,
  sacrebleuTokeniser,
  segmenterTokeniser,
  type Tokeniser,
  whitespaceTokeniser,
} from './text/tokenisers.ts';
