import { invalidArgument } from '../invalid-argument.ts';
import type { ScoreRange } from '../means/score-range.ts';

/** Share of the range by which rounding may carry a score past its end. */
const SLACK = 1e-9;

/** Scores of a range as shares of it, and back. */
export interface UnitScale {
  /** In [0, 1]. @throws RangeError METRIC_INVALID_ARGUMENT for a score outside the range */
  readonly shareOf: (value: number) => number;
  readonly valueAt: (share: number) => number;
}

export function unitScale([from, to]: ScoreRange): UnitScale {
  const width = to - from;
  if (!(width > 0 && Number.isFinite(width))) throw invalidArgument(`range is ${from} … ${to}`);
  return {
    shareOf: (value) => {
      const share = (value - from) / width;
      if (!(share >= -SLACK && share <= 1 + SLACK)) {
        throw invalidArgument(`a score in [${from}, ${to}] is needed, not ${value}`);
      }
      return Math.min(1, Math.max(0, share));
    },
    valueAt: (share) => (share === 1 ? to : from + share * width),
  };
}
