import { correlationMatrix } from '@assay/metrics';
import type { SamplePairs } from './sample-pairs.ts';
import type { ScoreDifference } from './score-difference.ts';

/** A hypothesis of a family: a score of two models, of which something is known. */
export interface FamilyPart {
  readonly pairs: SamplePairs;
  readonly difference: ScoreDifference;
}

/** Hypotheses whose columns of differences would fill more memory than this are adjusted by Holm. */
export const MOST_VALUES: number = 2 ** 26;

/** Of what several differences rest on, by sample or cluster; null where that is too much to hold. */
export function correlationOf(parts: readonly FamilyPart[]): ReturnType<typeof correlationMatrix> | null {
  if (parts.length < 2) return correlationMatrix(parts.map(() => [0]));
  const units = new Map<string, number>();
  const named = parts.map(({ pairs }) => unitNames(pairs));
  for (const [at, { difference }] of parts.entries()) {
    for (const place of difference.kept) {
      const name = named[at]![place]!;
      if (!units.has(name)) units.set(name, units.size);
    }
  }
  if (units.size * parts.length > MOST_VALUES) return null;
  return correlationMatrix(
    parts.map(({ difference: { column, kept } }, at) => {
      const sums = new Float64Array(units.size).fill(Number.NaN);
      for (const [position, place] of kept.entries()) {
        const unit = units.get(named[at]![place]!)!;
        const before = sums[unit]!;
        sums[unit] = (Number.isNaN(before) ? 0 : before) + column[position]!;
      }
      return sums;
    }),
  );
}

const names = new WeakMap<SamplePairs, readonly string[]>();

/** What makes a pair depend on others: its cluster, else its sample. */
function unitNames(pairs: SamplePairs): readonly string[] {
  const known = names.get(pairs);
  if (known !== undefined) return known;
  const { baseline, candidate, places } = pairs;
  const keys: string[] = [];
  for (const [key, place] of baseline.places) keys[place] = key;
  const made = Array.from(places[0], (place, at) => {
    const cluster = baseline.clusters[place] ?? candidate.clusters[places[1][at]!] ?? null;
    return cluster === null ? `sample ${keys[place]}` : `cluster ${cluster}`;
  });
  names.set(pairs, made);
  return made;
}
