import { splitPython } from '../text/python-whitespace.ts';
import { metricError } from './metric-error.ts';

/**
 * The acceptable answers in one target text, as FMEval splits it: at a delimiter, or with null at whitespace.
 * @throws RangeError METRIC_TARGET_EMPTY when nothing is left; METRIC_OPTION_INVALID for an empty delimiter
 */
export function splitTargets(target: string, delimiter: string | null = '<OR>'): readonly string[] {
  if (delimiter === '') throw metricError('METRIC_OPTION_INVALID', 'the target delimiter must not be empty');
  const targets = delimiter === null ? splitPython(target) : target.split(delimiter);
  if (targets.length === 0) throw metricError('METRIC_TARGET_EMPTY', 'the target holds no answer');
  return targets;
}
