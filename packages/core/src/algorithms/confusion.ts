import { ConfusionMatrix } from '@assay/metrics';

/** Counts of (target, prediction) pairs as plain JSON: what an aggregate's state must be. */
export type ConfusionState = Record<string, Record<string, number>>;

/** Adds into `state`, which must be the caller's own. */
export function addPair(state: ConfusionState, target: string, predicted: string, times = 1): ConfusionState {
  const row = Object.hasOwn(state, target) ? state[target]! : {};
  // `__proto__` as a label must become a key like any other.
  define(state, target, row);
  define(row, predicted, (Object.hasOwn(row, predicted) ? row[predicted]! : 0) + times);
  return state;
}

export function mergePairs(a: ConfusionState, b: ConfusionState): ConfusionState {
  for (const [target, row] of Object.entries(b)) {
    for (const [predicted, times] of Object.entries(row)) addPair(a, target, predicted, times);
  }
  return a;
}

export function confusionMatrix(state: ConfusionState): ConfusionMatrix {
  const matrix = new ConfusionMatrix();
  for (const [target, row] of Object.entries(state)) {
    for (const [predicted, times] of Object.entries(row)) matrix.add(target, predicted, times);
  }
  return matrix;
}

function define<T>(record: Record<string, T>, key: string, value: T): void {
  Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
}
