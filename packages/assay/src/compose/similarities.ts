import type { HelperAsk } from '@assay/core';

export type SimilarityAsk = Extract<HelperAsk, { kind: 'similarity' }>;
type Vector = readonly number[];

/** Cosines of pairs of texts; each text is embedded once. */
export async function similaritiesOf(
  asks: readonly SimilarityAsk[],
  embed: (texts: readonly string[]) => Promise<readonly Vector[]>,
): Promise<number[]> {
  const texts = [...new Set(asks.flatMap(({ a, b }) => [a, b]))];
  const vectors = await embed(texts);
  const byText = new Map(texts.map((text, i) => [text, vectors[i]!]));
  return asks.map(({ a, b }) => cosine(byText.get(a)!, byText.get(b)!));
}

function cosine(a: Vector, b: Vector): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (const [i, x] of a.entries()) {
    const y = b[i] ?? 0;
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa === 0 || bb === 0 ? 0 : dot / (Math.sqrt(aa) * Math.sqrt(bb));
}
