import { benjaminiHochberg, compareFamily, type FamilyMember, singleLevel } from '@assay/metrics';
import { MOST_CATEGORIES } from '../results/accumulator.ts';
import type { Comparison, PairVerdict } from '../results/summary.ts';
import { askedScores, type ComparableScore, scoreKey } from './comparable-scores.ts';
import { corpusScoreDifference } from './corpus-scores.ts';
import type { ModelScores } from './model-scores.ts';
import { correlationOf } from './pair-family.ts';
import { methodWords, reasonOf } from './pair-reason.ts';
import { atPlannedLook } from './planned-look.ts';
import { pairedValues, pairSamples, type SamplePairs } from './sample-pairs.ts';
import { type ScoreDifference, scoreDifference } from './score-difference.ts';
import { verdictOfInterval } from './verdict.ts';

export interface CategoryComparison extends Comparison {
  readonly category: string;
}

export interface CompareOptions {
  /** Of intervals and verdicts. @default 0.95 */
  readonly confidence?: number | undefined;
}

/** Candidate against baseline on the samples that both have; verdicts on primary scores (all where none is), adjusted together. */
export function compareModels(
  pairs: SamplePairs,
  scores: readonly ComparableScore[],
  options: CompareOptions = {},
): Comparison[] {
  const pair = sampledPair(pairs);
  return compareAll(
    askedScores(scores).map((score) => ({ ...score, pair, category: null })),
    options,
  );
}

/** Each model against each before it, verdicts adjusted over all pairs and primary scores. */
export function compareEachPair(
  models: readonly ModelScores[],
  scores: readonly ComparableScore[],
  options: CompareOptions = {},
): Comparison[] {
  const all = models.flatMap((baseline, at) =>
    models.slice(at + 1).map((candidate) => sampledPair(pairSamples(baseline, candidate))),
  );
  return comparePairs(all, scores, options);
}

/** Two models side by side, wherever what is known of their samples comes from. */
export interface ComparedPair {
  readonly baseline: string;
  readonly candidate: string;
  /** Beside the method of each comparison. */
  readonly words?: string | undefined;
  /**
   * @param level of the family that the score is judged in
   * @returns undefined where no method is known for this score
   */
  differenceOf(score: ComparableScore, category: string | null, level?: number): ScoreDifference | undefined;
  /** The samples themselves, where they are at hand. */
  readonly samples?: SamplePairs;
}

/** Of several differences what they have in common; null where that is too much to hold. */
export type CorrelationOf = (
  members: readonly { readonly pair: ComparedPair; readonly score: string; readonly difference: ScoreDifference }[],
) => ReturnType<typeof correlationOf>;

/**
 * Every score of every pair, verdicts adjusted over all pairs and primary scores.
 * @param correlation @default by the samples of the pairs
 */
export function comparePairs(
  pairs: readonly ComparedPair[],
  scores: readonly ComparableScore[],
  options: CompareOptions & { readonly correlation?: CorrelationOf } = {},
): Comparison[] {
  return compareAll(
    pairs.flatMap((pair) => askedScores(scores).map((score) => ({ ...score, pair, category: null }))),
    options,
  );
}

/**
 * The same within each category, for primary scores. Over all of them the false discovery rate is kept (Benjamini-Hochberg),
 * and the intervals of those that are told apart hold at that rate (Benjamini-Yekutieli 2005), so that both agree.
 */
export function compareCategories(pairs: SamplePairs, scores: readonly ComparableScore[]): CategoryComparison[] {
  const categories = [...new Set(pairs.baseline.categories)].filter((category) => category !== null).sort();
  // So many are no categories, and their runs have said so.
  if (categories.length > MOST_CATEGORIES) return [];
  const primary = askedScores(scores).filter(({ spec }) => spec.primary === true);
  const pair = sampledPair(pairs);
  const wanted = primary.flatMap((score) => categories.map((category) => ({ ...score, pair, category })));
  const known = wanted.flatMap((each): Known[] => knownOf(each));
  const pvalues = known.map(({ difference: { found } }) => found?.pvalue() ?? 1);
  const adjusted = benjaminiHochberg(pvalues);
  const told = adjusted.filter((p) => p <= ALPHA + ROUNDING).length;
  const level = (Math.max(1, told) * ALPHA) / Math.max(1, known.length);
  return known.map((each, at) => {
    const { found } = each.difference;
    const own: Judged | undefined =
      found === null
        ? undefined
        : { adjustedPvalue: adjusted[at]!, interval: found.interval(1 - level), confidence: 1 - level, open: false };
    return { ...comparisonOf(each, own, known.length, 1 - ALPHA), category: each.wanted.category! };
  });
}

const ALPHA = 0.05;
const ROUNDING = 1e-12;

interface Wanted extends ComparableScore {
  readonly pair: ComparedPair;
  readonly category: string | null;
}

interface Known {
  readonly wanted: Wanted;
  readonly difference: ScoreDifference;
}

type Judged = Pick<FamilyMember, 'adjustedPvalue' | 'interval' | 'confidence' | 'open'>;

/** @param level of the family that the score is judged in */
function knownOf(wanted: Wanted, level?: number): Known[] {
  const difference = wanted.pair.differenceOf(wanted, wanted.category, level);
  return difference === undefined ? [] : [{ wanted, difference }];
}

function sampledPair(samples: SamplePairs): ComparedPair {
  return {
    baseline: samples.baseline.model,
    candidate: samples.candidate.model,
    samples,
    get words() {
      return atPlannedLook(samples).method.words;
    },
    differenceOf(score, category, level) {
      const { pairs, method } = atPlannedLook(samples);
      const { spec, from } = score;
      const key = scoreKey(score);
      const { caveat } = method;
      const told = caveat === undefined ? {} : { caveat };
      if (from !== 'aggregate')
        return { ...scoreDifference(pairedValues(pairs, key, category), spec, method, level), ...told };
      const difference = corpusScoreDifference(pairs, key, spec, category);
      if (difference === undefined) return undefined;
      const [low, high] = spec.range;
      const { found } = difference;
      return { ...difference, ...told, found: found && method.of(found, high - low) };
    },
  };
}

const bySamples: CorrelationOf = (members) =>
  correlationOf(members.map(({ pair, difference }) => ({ pairs: atPlannedLook(pair.samples!).pairs, difference })));

function compareAll(
  wanted: readonly Wanted[],
  { confidence = 0.95, correlation: correlate = bySamples }: CompareOptions & { readonly correlation?: CorrelationOf },
): Comparison[] {
  const first = wanted.flatMap((each) => knownOf(each));
  const isJudged = ({ wanted: { spec }, difference }: Known) => spec.primary === true && difference.found !== null;
  const asked = first.filter(isJudged);
  const correlation = correlate(
    asked.map(({ wanted, difference }) => ({ pair: wanted.pair, score: scoreKey(wanted), difference })),
  );
  // What a family leaves each of its members is known before their intervals: it says how rare a loss may hide.
  const level = singleLevel(correlation, asked.length, 1 - confidence);
  const known = first.map((each) => (isJudged(each) && isGraded(each) ? knownOf(each.wanted, level)[0]! : each));
  const family = known.filter(isJudged);
  const judged = compareFamily(
    family.map(({ difference }) => difference.found!),
    { alpha: 1 - confidence, correlation, level },
  );
  const members = new Map(family.map((each, at) => [each, judged[at]!] as const));
  return known.map((each) => comparisonOf(each, members.get(each), family.length, confidence));
}

/** Whether a difference rests on pseudo-observations. */
function isGraded({ difference: { found } }: Known): boolean {
  return found?.method === 'paired-ends';
}

function comparisonOf(
  { wanted: { algorithm, score, spec, pair, category }, difference }: Known,
  judged: Judged | undefined,
  family: number,
  confidence: number,
): Comparison {
  const { found, n, sign, measure, leftOut } = difference;
  const isPrimary = spec.primary === true;
  const { margin } = spec;
  const { baseline, candidate, words } = pair;
  const verdict = isPrimary ? verdictFor(judged, sign, margin) : null;
  return {
    algorithm,
    score,
    baseline,
    candidate,
    n,
    ...(measure === undefined ? {} : { measure }),
    difference: found?.difference ?? 0,
    interval: found === null ? null : ends(found.interval(confidence)),
    confidence,
    test: [methodWords(difference), ...(words === undefined ? [] : [words])].join(', '),
    pValue: found?.pvalue() ?? 1,
    adjustedInterval: judged === undefined ? null : ends(judged.interval),
    adjustedPValue: judged?.adjustedPvalue ?? (isPrimary ? 1 : null),
    family: isPrimary ? family : 0,
    ...(judged?.open === true ? { open: true } : {}),
    ...(margin === undefined ? {} : { margin }),
    verdict,
    reason: verdict === null ? '' : reasonOf(difference, verdict, 1 - (judged?.confidence ?? confidence), margin),
    ...(category === null ? { leftOut } : {}),
  };
}

function verdictFor(judged: Judged | undefined, sign: 1 | -1, margin: number | undefined): PairVerdict {
  if (judged === undefined) return 'cannot tell';
  const [low, high] = judged.interval;
  return verdictOfInterval({ ends: sign > 0 ? [low, high] : [-high, -low], open: judged.open }, margin);
}

/** null where an end is open: nothing bounds the difference there. */
function ends([low, high]: readonly [number, number]): readonly [number, number] | null {
  return Number.isFinite(high - low) ? [low, high] : null;
}
