/** What a ranked list is held against: how relevant each document is, by id. Those that are not named are not relevant. */
export type Relevance = ReadonlyMap<string, number>;

/** Documents in the order of a ranking, each once: a repeated one counts where it stands first. */
function ranked(retrieved: readonly string[], k: number): string[] {
  return [...new Set(retrieved)].slice(0, k);
}

const isRelevant = (relevance: Relevance, id: string): boolean => (relevance.get(id) ?? 0) > 0;

function relevantCount(relevance: Relevance): number {
  return [...relevance.values()].filter((grade) => grade > 0).length;
}

/**
 * Share of the relevant documents among the first k.
 * @returns in [0, 1]; null where no document is relevant
 */
export function recallAt(retrieved: readonly string[], relevance: Relevance, k: number): number | null {
  const all = relevantCount(relevance);
  if (all === 0) return null;
  return ranked(retrieved, k).filter((id) => isRelevant(relevance, id)).length / all;
}

/**
 * Share of relevant documents among the first k places; places that a short list leaves empty count as wrong (trec_eval's P).
 * @returns in [0, 1]; null where no document is relevant
 */
export function precisionAt(retrieved: readonly string[], relevance: Relevance, k: number): number | null {
  if (relevantCount(relevance) === 0) return null;
  return ranked(retrieved, k).filter((id) => isRelevant(relevance, id)).length / k;
}

/**
 * 1 ÷ the place of the first relevant document; 0 where there is none. Its mean over samples is MRR.
 * @returns in [0, 1]; null where no document is relevant
 */
export function reciprocalRank(retrieved: readonly string[], relevance: Relevance): number | null {
  if (relevantCount(relevance) === 0) return null;
  const place = ranked(retrieved, Number.POSITIVE_INFINITY).findIndex((id) => isRelevant(relevance, id));
  return place === -1 ? 0 : 1 / (place + 1);
}

/**
 * Discounted cumulative gain of the first k over that of the best possible order, with the grades themselves as gains
 * and 1 ÷ log2(place + 1) as discount (trec_eval's ndcg_cut).
 * @returns in [0, 1]; null where no document is relevant
 * @see https://doi.org/10.1145/582415.582418
 */
export function ndcgAt(retrieved: readonly string[], relevance: Relevance, k: number): number | null {
  const grades = [...relevance.values()].filter((grade) => grade > 0).sort((a, b) => b - a);
  if (grades.length === 0) return null;
  const found = ranked(retrieved, k).map((id) => Math.max(0, relevance.get(id) ?? 0));
  return Math.min(1, gain(found) / gain(grades.slice(0, k)));
}

function gain(grades: readonly number[]): number {
  return grades.reduce((sum, grade, place) => sum + grade / Math.log2(place + 2), 0);
}
