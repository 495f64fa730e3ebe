/** METEOR's parameters. */
export interface MeteorParameters {
  /** Weight of precision against recall. @default 0.9 */
  readonly alpha?: number;
  /** Shape of the penalty for fragmentation. @default 3 */
  readonly beta?: number;
  /** Weight of that penalty. @default 0.5 */
  readonly gamma?: number;
}

/** METEOR with what it was made from. */
export interface MeteorScore {
  /** In [0, 1]; 0 where nothing matches. */
  readonly score: number;
  readonly precision: number;
  readonly recall: number;
  /** What fragmentation takes off, in [0, γ]. */
  readonly penalty: number;
  readonly matches: number;
  readonly chunks: number;
}

/**
 * Score from the statistics [matches, chunks, words of the hypothesis, words of the reference]:
 * (1 − γ (chunks / matches)^β) · P R / (α P + (1 − α) R).
 */
export function meteorScore(statistics: Float64Array, parameters: MeteorParameters = {}): MeteorScore {
  const { alpha = 0.9, beta = 3, gamma = 0.5 } = parameters;
  const [matches = 0, chunks = 0, hypothesisLength = 0, referenceLength = 0] = statistics;
  if (matches === 0) return { score: 0, precision: 0, recall: 0, penalty: 0, matches, chunks };
  const precision = matches / hypothesisLength;
  const recall = matches / referenceLength;
  const mean = (precision * recall) / (alpha * precision + (1 - alpha) * recall);
  const penalty = gamma * (chunks / matches) ** beta;
  return { score: (1 - penalty) * mean, precision, recall, penalty, matches, chunks };
}
