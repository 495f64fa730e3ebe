import type { SacrebleuTokeniser } from '../text/sacrebleu-lines.ts';
import type { Tokeniser } from '../text/tokenisers.ts';
import { metricError } from './metric-error.ts';

/** How a precision of 0 is kept from making the whole score 0 (Chen and Cherry 2014). */
export type BleuSmoothing = 'none' | 'floor' | 'add-k' | 'exp';

export interface BleuOptions {
  /** @default '13a' */
  readonly tokeniser?: SacrebleuTokeniser | Tokeniser;
  /** @default false */
  readonly lowercase?: boolean;
  /** @default 'exp' */
  readonly smoothing?: BleuSmoothing;
  /** For `floor` (default 0.1) and `add-k` (default 1). */
  readonly smoothingValue?: number;
  /** Longest n-gram. @default 4 */
  readonly maxOrder?: number;
  /** Average only over the orders that the hypothesis is long enough for: use it for single sentences. @default false */
  readonly effectiveOrder?: boolean;
}

export const SMOOTHING_VALUES: Readonly<Record<BleuSmoothing, number | null>> = {
  none: null,
  floor: 0.1,
  'add-k': 1,
  exp: null,
};

/** Throws METRIC_OPTION_INVALID for an unknown smoothing method, tokeniser or order. */
export function checkBleuOptions({ smoothing = 'exp', maxOrder = 4, tokeniser = '13a' }: BleuOptions): void {
  if (!Object.hasOwn(SMOOTHING_VALUES, smoothing)) {
    throw metricError('METRIC_OPTION_INVALID', `smoothing "${smoothing}" is none of none, floor, add-k, exp`);
  }
  if (!Number.isInteger(maxOrder) || maxOrder < 1) {
    throw metricError('METRIC_OPTION_INVALID', `maxOrder must be a positive integer, not ${maxOrder}`);
  }
  if (typeof tokeniser === 'string' && !['none', '13a', 'intl', 'char', 'zh'].includes(tokeniser)) {
    throw metricError('METRIC_OPTION_INVALID', `tokeniser "${tokeniser}" is none of none, 13a, intl, char, zh`);
  }
}
