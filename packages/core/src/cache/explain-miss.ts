import type { KeyPart } from './answer-key.ts';

export interface PartDifference {
  readonly name: string;
  /** undefined where that side has no such part. */
  readonly here: string | undefined;
  readonly there: string | undefined;
}

/** The parts in which two keys differ, in the order of the key; none where they are equal. */
export function partDifferences(here: readonly KeyPart[], there: readonly KeyPart[]): PartDifference[] {
  const own = new Map(here);
  const other = new Map(there);
  return [...new Set([...own.keys(), ...other.keys()])]
    .filter((name) => own.get(name) !== other.get(name))
    .map((name) => ({ name, here: own.get(name), there: other.get(name) }));
}
