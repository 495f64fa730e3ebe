/** Error rates of an alignment, with H hits, S substitutions, D deletions, I insertions. */
export interface ErrorRates {
  /** (S + D + I) / (H + S + D): word or character error rate; 0 is best, above 1 is possible. */
  readonly errorRate: number;
  /** (S + D + I) / (H + S + D + I): match error rate, in [0, 1]. */
  readonly matchErrorRate: number;
  /** H/(H + S + D) · H/(H + S + I): information preserved, in [0, 1]; 0 where the hypothesis is empty. */
  readonly informationPreserved: number;
  /** 1 − information preserved. */
  readonly informationLost: number;
  readonly hits: number;
  readonly substitutions: number;
  readonly deletions: number;
  readonly insertions: number;
}

/** Rates from the statistics [hits, substitutions, deletions, insertions]; null where the references had no token. */
export function errorRates(statistics: Float64Array): ErrorRates | null {
  const [hits = 0, substitutions = 0, deletions = 0, insertions = 0] = statistics;
  const referenceLength = hits + substitutions + deletions;
  const hypothesisLength = hits + substitutions + insertions;
  if (referenceLength === 0) return null;
  const edits = substitutions + deletions + insertions;
  const informationPreserved = hypothesisLength > 0 ? (hits / referenceLength) * (hits / hypothesisLength) : 0;
  return {
    errorRate: edits / referenceLength,
    matchErrorRate: edits / (referenceLength + insertions),
    informationPreserved,
    informationLost: 1 - informationPreserved,
    hits,
    substitutions,
    deletions,
    insertions,
  };
}
