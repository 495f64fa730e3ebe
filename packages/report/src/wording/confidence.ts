import { INTERVAL_METHODS, NO_INTERVAL, type ScoreSummary, type Summary, weightWords } from '@assay/core';

/** `95 %`, `97.5 %`. */
export function formatConfidence(confidence: number): string {
  return `${Number((100 * confidence).toPrecision(6))}\u00a0%`;
}

/** `95 % interval` where all rows have one confidence, else `Interval`. */
export function intervalTitle(scores: readonly Pick<ScoreSummary, 'confidence'>[]): string {
  const [first, ...others] = new Set(scores.map(({ confidence }) => confidence));
  return first === undefined || others.length > 0 ? 'Interval' : `${formatConfidence(first)} interval`;
}

/** Of the intervals of a run's paired differences: what an early stop decides by, else 95 %. */
export function pairConfidence({ models }: Pick<Summary, 'models'>): number {
  return models.find(({ stop }) => stop !== undefined)?.stop?.confidence ?? 0.95;
}

/**
 * How the intervals of these scores were made, and why some have none, in words; null where there is nothing to say.
 * What counts samples is exact, and needs no word.
 */
export function intervalMethods(
  scores: readonly Pick<ScoreSummary, 'intervalMethod' | 'intervalMissing' | 'score' | 'n' | 'effectiveSamples'>[],
): string | null {
  const used = Object.entries(INTERVAL_METHODS).filter(([method]) =>
    scores.some(({ intervalMethod }) => intervalMethod === method),
  );
  const words = weightWords(scores);
  const weighted = words === null ? [] : [`${words[0]!.toUpperCase()}${words.slice(1)}.`];
  const made = used.length === 0 ? [] : [`Intervals: ${used.map(([, words]) => words).join('; ')}.`];
  const missing = Object.entries(NO_INTERVAL).flatMap(([why, words]) => {
    const names = [...new Set(scores.flatMap((each) => (each.intervalMissing === why ? [each.score] : [])))];
    return names.length === 0 || EXACT.has(why)
      ? []
      : [`No ${NO_VALUE.has(why) ? 'value' : 'interval'} of ${names.join(', ')}: ${words}.`];
  });
  const all = [...weighted, ...made, ...missing];
  return all.length === 0 ? null : all.join(' ');
}

/** Figures whose missing interval is no lack of knowledge. */
const EXACT: ReadonlySet<string> = new Set(['count', 'p_value', 'no_samples']);
/** Reasons for which not even the figure is known. */
const NO_VALUE: ReadonlySet<string> = new Set(['weights', 'no_weight']);
