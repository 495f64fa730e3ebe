/** A token's text and its log-probability in nats. */
export type KeptToken = readonly [text: string, nats: number];

/** What an answer has where tokens were asked for: an empty list of a model that gives none. */
export interface WithTokens {
  readonly tokens?: readonly KeptToken[];
}

/** Tokens of one answer, and of all answers of a sample, that are kept. */
export const ANSWER_TOKENS = 1024;
export const SAMPLE_TOKENS = 4096;

/** The first tokens of an answer, their log-probabilities rounded to 1e-4. */
export function keptTokens(
  tokens: readonly { readonly text: string; readonly logProbability: number }[],
): readonly KeptToken[] {
  return tokens
    .slice(0, ANSWER_TOKENS)
    .map(({ text, logProbability }): KeptToken => [text, Math.round(logProbability * 1e4) / 1e4]);
}

/** The tokens of a sample's answers, in their order, as long as there is room: an answer is kept whole or not at all. */
export function withinSample(answers: Iterable<readonly [key: string, tokens: readonly KeptToken[]]>) {
  const kept: Record<string, readonly KeptToken[]> = {};
  let room = SAMPLE_TOKENS;
  for (const [key, tokens] of answers) {
    if (tokens.length === 0 || tokens.length > room) continue;
    room -= tokens.length;
    kept[key] = tokens;
  }
  return kept;
}
