/** The values of one score in one run of a store, added up. */
export interface StoredScore {
  readonly dataset: string;
  readonly model: string;
  readonly run: string;
  readonly algorithm: string;
  readonly score: string;
  /** Samples that have a value. */
  readonly n: number;
  readonly mean: number;
  /** Sample standard deviation; null for one value. */
  readonly deviation: number | null;
  /** Whether every value is 0 or 1. */
  readonly isBinary: boolean;
}

/** In the order of dataset, model, run, algorithm and score. */
export function inStoreOrder(scores: readonly StoredScore[]): StoredScore[] {
  const key = ({ dataset, model, run, algorithm, score }: StoredScore) =>
    [dataset, model, run, algorithm, score].join('\0');
  return [...scores].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
