import type { AnswerCache, CacheEntry } from './answer-cache.ts';
import type { KeyPart } from './answer-key.ts';
import { type PartDifference, partDifferences } from './explain-miss.ts';

/** Why an answer of a run came from the cache or did not. */
export interface CacheReason {
  readonly key: string;
  readonly hit: boolean;
  /** undefined where the cache holds the answer no more. */
  readonly parts: readonly KeyPart[] | undefined;
  /** Of a miss: in what the nearest entry of the same sample differs, in the key's order; undefined where none is older. */
  readonly nearest: { readonly keptAt: number; readonly differences: readonly PartDifference[] } | undefined;
}

/** Explains each answer of a sample by the keys that its journal line names. */
export function cacheReasons(cache: AnswerCache, keys: Readonly<Record<string, boolean>>): CacheReason[] {
  return Object.entries(keys).map(([key, hit]) => {
    const entry = cache.find(key);
    const nearest = entry === undefined || hit ? undefined : nearestBefore(cache, key, entry);
    return { key, hit, parts: entry?.parts, nearest };
  });
}

/** Parts of a key that say what is asked; the others say whom and how. */
const ASKED: ReadonlySet<string> = new Set([
  'prompt',
  'messages',
  'continuation',
  'text',
  'a',
  'b',
  'candidate',
  'reference',
]);

/** Of the older entries of the same sample or question, that with the fewest differences; of equals the newest. */
function nearestBefore(cache: AnswerCache, key: string, { parts, sample, keptAt }: CacheEntry): CacheReason['nearest'] {
  let best: CacheReason['nearest'];
  for (const [other, entry] of cache.entries()) {
    if (other === key || entry.keptAt > keptAt || isHelper(entry.parts) !== isHelper(parts)) continue;
    const differences = partDifferences(parts, entry.parts);
    // Samples that ask the same share an entry, which names only one of them.
    if (entry.sample !== sample && differences.some(({ name }) => ASKED.has(name))) continue;
    const gain = best === undefined ? 1 : best.differences.length - differences.length;
    if (gain > 0 || (gain === 0 && entry.keptAt > best!.keptAt)) best = { keptAt: entry.keptAt, differences };
  }
  return best;
}

/** Models and helper models are asked different things: neither explains the other. */
function isHelper(parts: readonly KeyPart[]): boolean {
  return parts.some(([name]) => name === 'helper');
}
