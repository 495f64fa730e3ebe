/** What a scored text amounts to; add up two of them to merge. Log-probabilities are natural. */
export interface LogProbabilityTotals {
  /** Σ ln P(token | the tokens before it), at most 0. */
  readonly sum: number;
  readonly tokens: number;
  /** UTF-8 bytes of the text the tokens stand for. */
  readonly bytes: number;
}

/** Sum of natural log-probabilities; 0 for no tokens, the empty continuation being certain. */
export function sumLogProbabilities(logProbabilities: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < logProbabilities.length; i++) sum += logProbabilities[i]!;
  return sum;
}

/**
 * Sum divided by the length of the continuation, so that long answers are not punished for being long.
 * @param length in tokens, UTF-8 bytes or characters, whichever the comparison is to be fair in
 * @returns null when length = 0
 */
export function lengthNormalizedLogProbability(sum: number, length: number): number | null {
  return length === 0 ? null : sum / length;
}

export function mergeLogProbabilityTotals(a: LogProbabilityTotals, b: LogProbabilityTotals): LogProbabilityTotals {
  return { sum: a.sum + b.sum, tokens: a.tokens + b.tokens, bytes: a.bytes + b.bytes };
}

/**
 * Perplexity per token: exp(−sum / tokens).
 * @returns at least 1, lower is better; null without tokens; Infinity when a token had probability 0
 */
export function perplexity({ sum, tokens }: Pick<LogProbabilityTotals, 'sum' | 'tokens'>): number | null {
  return tokens === 0 ? null : Math.exp(-sum / tokens);
}

/**
 * Bits per UTF-8 byte: −sum / (bytes · ln 2). Unlike perplexity it compares models with different tokenisers.
 * @returns at least 0, lower is better; null without bytes
 */
export function bitsPerByte({ sum, bytes }: Pick<LogProbabilityTotals, 'sum' | 'bytes'>): number | null {
  return bytes === 0 ? null : -sum / (bytes * Math.LN2) + 0;
}
