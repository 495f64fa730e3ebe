/**
 * How long texts may be for work that grows with two of them multiplied: the characters of one times those of the other.
 * Beyond, a sample is `unscored(too_long)`.
 */
export interface TextLimits {
  /** Of algorithms that are `isQuadratic`: they align whole texts (ROUGE-L, METEOR, TER, error rates). */
  readonly text_pairs: number;
  /** Of the edit distance alone, whose kernel is quicker. */
  readonly edit_pairs: number;
  /** Of BERTScore, which compares each token of one text with each of the other. */
  readonly bertscore_pairs: number;
}

/** A second or two each: texts of some 300,000, 500,000 and 16,000 characters on both sides. */
export const TEXT_LIMITS: TextLimits = { text_pairs: 1e11, edit_pairs: 2.5e11, bertscore_pairs: 2.5e8 };

/** The limits of a config's `dataset.budgets`; what it leaves out is as ever. */
export function textLimits(budgets: { readonly [Name in keyof TextLimits]?: number | undefined } = {}): TextLimits {
  const { text_pairs, edit_pairs, bertscore_pairs } = TEXT_LIMITS;
  return {
    text_pairs: budgets.text_pairs ?? text_pairs,
    edit_pairs: budgets.edit_pairs ?? edit_pairs,
    bertscore_pairs: budgets.bertscore_pairs ?? bertscore_pairs,
  };
}
