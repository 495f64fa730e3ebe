import { type Comparison, leftOutText, type PairVerdict, type Summary } from '@assay/core';
import { declaredRange } from '../charts/declared-range.ts';
import { formatConfidence, pairConfidence } from '../wording/confidence.ts';
import { comparisonVerdict, pairsNote, pValueWords } from '../wording/pair-words.ts';

/** Comparisons that a page carries. Of more, those against the first model. */
const MOST = 4_000;

export interface PairFigures {
  readonly all: readonly PairFigure[];
  /** Whether pairs without the first model were left to summary.json. */
  readonly isCut: boolean;
  /** Of the intervals. */
  readonly confidence: string;
  readonly note: string;
}

/** Two models on one score: candidate − baseline, both as positions among the run's models. */
export interface PairFigure {
  readonly key: string;
  readonly candidate: number;
  readonly baseline: number;
  readonly n: number;
  readonly difference: number;
  /** Holds for this comparison alone. */
  readonly interval: readonly [number, number] | null;
  /** Holds together with all that were adjusted; null without a verdict. */
  readonly adjusted: readonly [number, number] | null;
  readonly margin: number | null;
  readonly verdict: PairVerdict | null;
  /** `better`, `equivalent within 0.02`, `not asked`. */
  readonly words: string;
  /** `p = 0.012 adjusted over 4`. */
  readonly pWords: string;
  readonly reason: string;
  /** `2 only in the baseline`; '' where nothing was left out. */
  readonly leftOut: string;
  /** What differs, where it is not the score itself. */
  readonly measure: string | null;
  /** Width of the score's declared range; null where it has no bounds. */
  readonly range: number | null;
}

/** Every pair of models on the samples that both have, as the run compared them. */
export function pairFigures(summary: Summary): PairFigures {
  const { comparisons, models } = summary;
  const places = new Map(models.map(({ name }, i) => [name, i]));
  const specs = new Map(summary.scores.map((score) => [`${score.algorithm}.${score.score}`, score.spec]));
  const isCut = comparisons.length > MOST;
  const first = models[0]?.name;
  const shown = isCut ? comparisons.filter(({ baseline }) => baseline === first) : comparisons;
  const tests = [...new Set(comparisons.map(({ test }) => test))];
  const methods = tests.length === 0 ? '' : ` Methods: ${tests.join('; ')}.`;
  return {
    all: shown.map((each) => {
      const key = `${each.algorithm}.${each.score}`;
      const spec = specs.get(key);
      const [low, high] = spec === undefined ? [-Infinity, Infinity] : declaredRange(spec);
      return figureOf(each, key, places, high - low);
    }),
    isCut,
    confidence: formatConfidence(pairConfidence(summary)),
    note: `Each pair is one sample answered by both models. ${pairsNote(comparisons)}${methods}`,
  };
}

function figureOf(pair: Comparison, key: string, places: ReadonlyMap<string, number>, range: number): PairFigure {
  return {
    ...{ key, candidate: places.get(pair.candidate) ?? 0, baseline: places.get(pair.baseline) ?? 0 },
    ...{ n: pair.n, difference: pair.difference, interval: pair.interval, adjusted: pair.adjustedInterval },
    ...{ margin: pair.margin ?? null, verdict: pair.verdict, words: comparisonVerdict(pair) },
    ...{ pWords: pValueWords(pair), reason: pair.reason, leftOut: leftOutText(pair.leftOut) },
    ...{ measure: pair.measure ?? null, range: Number.isFinite(range) ? range : null },
  };
}
