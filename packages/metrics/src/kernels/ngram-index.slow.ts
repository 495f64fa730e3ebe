/** Clipped n-gram matches by counting strings; of several references the largest count of each n-gram. */
export function ngramMatchesSlow(
  hypothesis: readonly number[],
  references: readonly (readonly number[])[],
  order: number,
): number {
  const allowed = new Map<string, number>();
  for (const reference of references) {
    for (const [ngram, count] of countNgrams(reference, order)) {
      allowed.set(ngram, Math.max(count, allowed.get(ngram) ?? 0));
    }
  }
  let matches = 0;
  for (const [ngram, count] of countNgrams(hypothesis, order)) matches += Math.min(count, allowed.get(ngram) ?? 0);
  return matches;
}

function countNgrams(tokens: readonly number[], order: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + order <= tokens.length; i++) {
    const ngram = tokens.slice(i, i + order).join(' ');
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}
