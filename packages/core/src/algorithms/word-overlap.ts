/** Overlap of two lists of words; each ratio in [0, 1]. */
export interface WordOverlap {
  readonly f1: number;
  readonly precision: number;
  readonly recall: number;
}

const NONE: WordOverlap = { f1: 0, precision: 0, recall: 0 };

/**
 * SQuAD's overlap: a word counts as often as both sides have it; 0 when either side has no words.
 * @see https://arxiv.org/abs/1606.05250 section 6.1
 */
export function wordOverlap(output: readonly string[], target: readonly string[]): WordOverlap {
  const left = new Map<string, number>();
  for (const word of target) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of output) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    common += 1;
  }
  if (common === 0) return NONE;
  const precision = common / output.length;
  const recall = common / target.length;
  return { f1: (2 * precision * recall) / (precision + recall), precision, recall };
}

/** Whether `part` stands in `whole` as neighbouring words. */
export function containsWords(whole: readonly string[], part: readonly string[]): boolean {
  if (part.length === 0) return false;
  for (let start = 0; start + part.length <= whole.length; start += 1) {
    if (part.every((word, offset) => whole[start + offset] === word)) return true;
  }
  return false;
}
