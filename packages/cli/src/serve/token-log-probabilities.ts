import type { TokenChoice, Tokenizer } from 'assay/internal';
import { tokenBytes, tokenName } from './token-names.ts';

/** A token of a choice, echoed or generated. The first of an echoed text has no log-probability. */
export interface ListedToken {
  readonly id?: number;
  /** The characters that it completes. */
  readonly text: string;
  /** Nats. */
  readonly logProbability: number | null;
  /** Likeliest tokens there, best first. */
  readonly top: readonly TokenChoice[] | null;
}

/** The chat API's form. @param count alternatives to list */
export function chatLogProbabilities(
  tokens: readonly ListedToken[],
  count: number,
  tokenizer: Tokenizer | undefined,
): { readonly content: readonly object[]; readonly refusal: null } {
  const entry = (token: Omit<ListedToken, 'top'>) => {
    const bytes = tokenBytes(token, tokenizer);
    return { token: tokenName(bytes, 'chat'), logprob: token.logProbability, bytes: [...bytes] };
  };
  const content = tokens.map((token) => ({
    ...entry(token),
    top_logprobs: (token.top ?? []).slice(0, count).map(entry),
  }));
  return { content, refusal: null };
}

export interface CompletionLogProbabilities {
  readonly tokens: readonly string[];
  readonly token_logprobs: readonly (number | null)[];
  readonly top_logprobs: readonly (Readonly<Record<string, number>> | null)[] | null;
  readonly text_offset: readonly number[];
}

/**
 * The completions API's form: one entry for each token. Offsets count code points from the beginning of the choice's
 * text; tokens of one character have the same.
 * @param count alternatives to list beside the token that stands there
 * @param start offset of the first token
 */
export function completionLogProbabilities(
  tokens: readonly ListedToken[],
  count: number,
  tokenizer: Tokenizer | undefined,
  start = 0,
): CompletionLogProbabilities {
  const nameOf = (token: Pick<ListedToken, 'id' | 'text'>) => tokenName(tokenBytes(token, tokenizer), 'completion');
  let offset = start;
  const offsets = tokens.map(({ text }) => {
    const at = offset;
    offset += codePoints(text);
    return at;
  });
  return {
    tokens: tokens.map(nameOf),
    token_logprobs: tokens.map(({ logProbability }) => logProbability),
    top_logprobs: count > 0 ? tokens.map((token) => topOf(token, count, nameOf)) : null,
    text_offset: offsets,
  };
}

export function codePoints(text: string): number {
  return [...text].length;
}

/** The likeliest tokens, best first, and the one that stands there. Of two with the same bytes the likelier counts. */
function topOf(
  token: ListedToken,
  count: number,
  nameOf: (token: Pick<ListedToken, 'id' | 'text'>) => string,
): Record<string, number> | null {
  const { top, logProbability } = token;
  if (top === null || logProbability === null) return null;
  const named = new Map<string, number>();
  for (const choice of top.slice(0, count)) {
    const name = nameOf(choice);
    if (!named.has(name)) named.set(name, choice.logProbability);
  }
  const own = nameOf(token);
  if (!named.has(own)) named.set(own, logProbability);
  return Object.fromEntries(named);
}
