import { invalidArgument } from '../invalid-argument.ts';
import { Moments } from './moments.ts';

/**
 * Moments of the values of each key, in order of first appearance.
 * @throws RangeError METRIC_LENGTH_MISMATCH for another number of keys
 */
export function momentsByKey(values: ArrayLike<number>, keys: ArrayLike<string | number>): Moments[] {
  if (values.length !== keys.length) {
    throw invalidArgument(`${keys.length} keys for ${values.length} values`, 'METRIC_LENGTH_MISMATCH');
  }
  const groups = new Map<string | number, Moments>();
  for (let i = 0; i < values.length; i++) {
    let group = groups.get(keys[i]!);
    if (group === undefined) {
      group = new Moments();
      groups.set(keys[i]!, group);
    }
    group.add(values[i]!);
  }
  return [...groups.values()];
}
