/** How far a model in whole numbers is from the exact one, on texts that its steps were not chosen by. */
export interface Drift {
  readonly tokens: number;
  /** Nats between the log-probabilities of a token: the mean, and what 99 of 100 are below. */
  readonly meanNats: number;
  readonly nats99: number;
  /** Share of places where both prefer the same token, 0 … 1. */
  readonly sameChoice: number;
  /** Mean of -log p of each token, exact and fast. */
  readonly logPerplexity: readonly [exact: number, fast: number];
  /** Tokens of all answers, exact and fast. */
  readonly newTokens: readonly [exact: number, fast: number];
}

/** The figures in one line, as notes, errors and the model card give them. */
export function driftLine({ tokens, meanNats, nats99, sameChoice, logPerplexity, newTokens }: Drift): string {
  const moved = logPerplexity[1] - logPerplexity[0];
  return [
    `mean drift ${meanNats.toFixed(3)} nats a token (99 of 100 below ${nats99.toFixed(2)}, n ${tokens})`,
    `log perplexity ${logPerplexity[0].toFixed(3)} → ${logPerplexity[1].toFixed(3)} (${signed(moved, 3)})`,
    `same first choice ${(100 * sameChoice).toFixed(1)} %`,
    `new tokens ${signed(100 * newTokensChange({ newTokens }), 1)} %`,
  ].join(', ');
}

/** By what share answers became longer. */
export function newTokensChange({ newTokens: [exact, fast] }: Pick<Drift, 'newTokens'>): number {
  return (fast - exact) / Math.max(1, exact);
}

function signed(value: number, digits: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
}

/** @returns undefined for what is no drift */
export function parseDrift(text: string): Drift | undefined {
  const read = parseJson(text);
  const number = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
  const pair = (value: unknown): boolean => Array.isArray(value) && value.length === 2 && value.every(number);
  const singles = ['tokens', 'meanNats', 'nats99', 'sameChoice'].every((key) => number(read?.[key]));
  return singles && pair(read?.logPerplexity) && pair(read?.newTokens) ? (read as unknown as Drift) : undefined;
}

function parseJson(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
