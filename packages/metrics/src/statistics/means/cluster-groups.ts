import { ExactSum } from '../moments/exact-sum.ts';
import type { Moments } from '../moments/moments.ts';
import type { ClusterGroup } from './cr2.ts';

/**
 * Scores as clusters: those that are named, and each score of no named cluster as one of its own.
 * @param clusters moments of the named ones
 * @returns null where every score stands alone
 */
export function clusterGroups(scores: Moments, clusters: readonly Moments[] | undefined): ClusterGroup[] | null {
  const named = clusters?.filter(({ n }) => n > 0) ?? [];
  const alone = scores.n - named.reduce((sum, { n }) => sum + n, 0);
  if (named.length + alone >= scores.n) return null;
  const groups = named.map((cluster): ClusterGroup => ({ n: cluster.n, sum: cluster.sum() }));
  if (alone === 0) return groups;
  const sum = left(scores, named, 'sum');
  const squares = left(scores, named, 'sumOfSquares');
  return [...groups, { n: 1, sum, count: alone, within: Math.max(0, squares - sum ** 2 / alone) }];
}

/** What the named clusters leave of a sum over all scores, rounded once. */
function left(scores: Moments, named: readonly Moments[], key: 'sum' | 'sumOfSquares'): number {
  const rest = new ExactSum();
  for (const component of scores.toJSON()[key]) rest.add(component);
  for (const cluster of named) for (const component of cluster.toJSON()[key]) rest.add(-component);
  return rest.value();
}
