import type { ScoreOutcome } from './algorithm.ts';

/** Begins the reason of a score that is missing for lack of a helper model's answer. */
export const HELPER_FAILED = 'helper_failed';

/** Whether a score is missing for lack of a helper model's answer, which may be there another time. */
export function isHelperFailure(outcome: ScoreOutcome): boolean {
  return 'unscored' in outcome && outcome.unscored.startsWith(HELPER_FAILED);
}
