import type { ScoreSpec, Unscored } from '@assay/core';

/** Whether a higher value is better, a lower one, or one near a target. */
type Better = ScoreSpec['better'];

/**
 * A score that is 0 or 1, better when 1; its mean gets a Wilson interval.
 * @example
 * const scores = { within: binary('At most ten words.') };
 */
export function binary(summary: string, better: Better = 'higher'): ScoreSpec {
  return { range: [0, 1], better, kind: 'binary', summary };
}

/**
 * A score between two ends, both included.
 * @example
 * const scores = { overlap: bounded('Share of the words that are right.', [0, 1]) };
 */
export function bounded(
  summary: string,
  range: readonly [number, number] = [0, 1],
  better: Better = 'higher',
): ScoreSpec {
  return { range, better, kind: 'bounded', summary };
}

/**
 * A score without ends, such as a count or a time.
 * @example
 * const scores = { words: real('Words of the answer.', 'lower') };
 */
export function real(summary: string, better: Better = 'higher'): ScoreSpec {
  return { range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY], better, kind: 'real', summary };
}

/**
 * What `score()` returns for a sample that it cannot score.
 * @param reason one of few: samples are counted by it
 * @param detail what happened to this sample
 * @example
 * const score = ({ output }: { output: string }) => (output === '' ? unscored('empty_output') : { words: output.length });
 */
export function unscored(reason: string, detail?: string): Unscored {
  return detail === undefined ? { unscored: reason } : { unscored: reason, detail };
}
