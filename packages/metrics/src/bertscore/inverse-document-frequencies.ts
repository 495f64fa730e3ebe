/**
 * Inverse document frequency of every token of a set of texts, as bert_score weighs them: ln((N + 1) / (df + 1)) with N texts,
 * df of which hold the token. A token that no text holds has ln(N + 1).
 */
export function inverseDocumentFrequencies<Token>(texts: Iterable<Iterable<Token>>): (token: Token) => number {
  const frequencies = new Map<Token, number>();
  let count = 0;
  for (const text of texts) {
    count++;
    for (const token of new Set(text)) frequencies.set(token, (frequencies.get(token) ?? 0) + 1);
  }
  return (token) => Math.log((count + 1) / ((frequencies.get(token) ?? 0) + 1));
}
