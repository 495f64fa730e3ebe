import type { ScoreSpec } from './algorithm.ts';

/** In [0, 1], higher is better. */
export function ratio(summary: string): ScoreSpec {
  return { range: [0, 1], better: 'higher', kind: 'bounded', summary };
}

/** 0 or 1, 1 is better. */
export function binary(summary: string): ScoreSpec {
  return { range: [0, 1], better: 'higher', kind: 'binary', summary };
}

/** At least 0 without an upper bound, lower is better. */
export function atLeastZero(summary: string): ScoreSpec {
  return { range: [0, Number.POSITIVE_INFINITY], better: 'lower', kind: 'real', summary };
}

/** A count of samples: information, no judgement. */
export function count(summary: string): ScoreSpec {
  return { range: [0, Number.POSITIVE_INFINITY], better: 'lower', kind: 'real', summary };
}

/** A p-value: information, no judgement. */
export function pValue(summary: string): ScoreSpec {
  return { range: [0, 1], better: 'higher', kind: 'real', summary };
}
