import type { ScoreSpec } from '@assay/core';

/** A score's least and greatest possible value. JSON turns an unbounded end (±Infinity) into null. */
export function declaredRange({ range }: ScoreSpec): readonly [number, number] {
  const [low, high] = range as readonly [number | null, number | null];
  return [low ?? -Infinity, high ?? Infinity];
}
