/** What a runner had to read of prompts and of texts to score, where those that begin alike are read once up to there. */
export interface PromptReading {
  /** Tokens of all of them. */
  readonly tokens: number;
  /** Tokens that the model read. */
  readonly read: number;
  /** Beginnings that were read by themselves for all that share them, and their tokens: among those read. */
  readonly heads: number;
  readonly headTokens: number;
  /** Beginnings that could not be kept at some time, for want of memory or since reading them failed: they were read again. */
  readonly unheld: number;
}

/** What a runner read since then; it may have read for others before. undefined where it read nothing, or cannot tell. */
export function readingSince(
  before: PromptReading | undefined,
  now: PromptReading | undefined,
): PromptReading | undefined {
  if (now === undefined) return undefined;
  const since = (key: keyof PromptReading): number => now[key] - (before?.[key] ?? 0);
  const reading = {
    tokens: since('tokens'),
    read: since('read'),
    heads: since('heads'),
    headTokens: since('headTokens'),
    unheld: since('unheld'),
  };
  return reading.tokens === 0 ? undefined : reading;
}
