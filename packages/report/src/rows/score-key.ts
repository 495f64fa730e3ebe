/** `qa_accuracy.f1_score` → both names. Algorithm labels may have dots; scores have none. */
export function splitScoreKey(key: string): readonly [algorithm: string, score: string] {
  const dot = key.lastIndexOf('.');
  return [key.slice(0, Math.max(0, dot)), key.slice(dot + 1)];
}
