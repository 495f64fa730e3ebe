import { type Normaliser, normalisers } from '../text/normalisers.ts';
import { metricError } from './metric-error.ts';

/** 1 if the normalised output begins with the normalised target, else 0; an empty target begins anything. */
export function prefixMatch(output: string, target: string, normaliser: Normaliser = normalisers.none): number {
  return normaliser.normalise(output).startsWith(normaliser.normalise(target)) ? 1 : 0;
}

/**
 * A score of 1 where a regular expression is found in the output, else 0; anchor it with ^ and $ for the whole output.
 * @throws RangeError METRIC_OPTION_INVALID for a pattern or flags that JavaScript does not know
 */
export function regexMatcher(pattern: string, flags: string = 'u'): (output: string) => number {
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, flags.replace(/[gy]/g, ''));
  } catch (error) {
    throw metricError('METRIC_OPTION_INVALID', `not a regular expression: ${(error as Error).message}`);
  }
  return (output) => (expression.test(output) ? 1 : 0);
}
