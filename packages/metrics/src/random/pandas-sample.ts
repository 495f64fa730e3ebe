import { checkChoice, maskedInteger } from './bounded-integer.ts';
import { mt19937 } from './mt19937.ts';

/**
 * Row indices that pandas' `DataFrame.sample(n=size, random_state=seed)` takes, in its order:
 * the head of numpy's legacy permutation.
 * @param rows how many rows there are
 * @param size how many to take, at most `rows`
 */
export function pandasSample(rows: number, size: number, seed: number): number[] {
  checkChoice(rows, size, false);
  const nextUint32 = mt19937(seed);
  const order = Array.from({ length: rows }, (_, i) => i);
  for (let i = rows - 1; i > 0; i--) {
    const j = maskedInteger(nextUint32, i);
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order.slice(0, size);
}
