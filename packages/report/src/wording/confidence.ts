import type { ScoreSummary, Summary } from '@assay/core';

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

const METHODS: Readonly<Record<NonNullable<ScoreSummary['intervalMethod']>, string>> = {
  student: 'Student’s for means',
  wilson: 'Wilson’s for scores of 0 and 1',
  bootstrap: 'bootstrap',
  cluster: 'Student’s over clusters, for samples that hang together',
  sequence:
    'confidence sequences, which hold after every sample at once: the run may stop when it pleases, and pays for that with wider intervals than a fixed number of samples would give',
};

/** How the intervals of these scores were made, in words; null without any. */
export function intervalMethods(scores: readonly Pick<ScoreSummary, 'intervalMethod'>[]): string | null {
  const used = Object.entries(METHODS).filter(([method]) =>
    scores.some(({ intervalMethod }) => intervalMethod === method),
  );
  return used.length === 0 ? null : `Intervals: ${used.map(([, words]) => words).join('; ')}.`;
}
