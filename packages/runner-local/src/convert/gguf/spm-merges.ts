/**
 * Merges of a SentencePiece vocabulary: two tokens that make a third are merged, those that make the token with the
 * highest score first.
 */
export function spmMerges(tokens: readonly string[], scores: readonly number[]): (readonly [string, string])[] {
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const merges: { readonly pair: readonly [string, string]; readonly score: number }[] = [];
  for (const [id, token] of tokens.entries()) {
    const characters = Array.from(token);
    // Longer tokens than SentencePiece makes would cost the square of their length.
    if (characters.length > LONGEST) continue;
    const found: { readonly pair: readonly [string, string]; readonly left: number; readonly right: number }[] = [];
    for (let cut = 1; cut < characters.length; cut++) {
      const [a, b] = [characters.slice(0, cut).join(''), characters.slice(cut).join('')];
      const [left, right] = [ids.get(a), ids.get(b)];
      if (left !== undefined && right !== undefined) found.push({ pair: [a, b], left, right });
    }
    found.sort((x, y) => x.left - y.left || x.right - y.right);
    for (const { pair } of found) merges.push({ pair, score: scores[id]! });
  }
  return merges.sort((x, y) => y.score - x.score).map(({ pair }) => pair);
}

const LONGEST = 128;
