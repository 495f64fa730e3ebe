import { type Normaliser, normalisers } from '../text/normalisers.ts';
import { splitPython, stripPython } from '../text/python-whitespace.ts';

/** Overlap of the words of two texts, each ratio in [0, 1]. */
export interface TokenScores {
  /** Harmonic mean of precision and recall. */
  readonly f1: number;
  /** Words of the output that the target has, of all words of the output. */
  readonly precision: number;
  /** Words of the target that the output has, of all words of the target. */
  readonly recall: number;
}

/**
 * Word overlap as sets: FMEval's `f1_score`, `precision_over_words` and `recall_over_words`. Repetition does not count,
 * and an empty side scores 0, even against an empty one. `createQaScores` computes the same without making strings.
 * @see https://github.com/aws/fmeval/blob/main/src/fmeval/eval_algorithms/qa_accuracy.py
 */
export function tokenSetScores(output: string, target: string, normaliser: Normaliser = normalisers.quac): TokenScores {
  const given = new Set(splitPython(normaliser.normalise(stripPython(output))));
  const wanted = new Set(splitPython(normaliser.normalise(stripPython(target))));
  let common = 0;
  for (const word of given) if (wanted.has(word)) common++;
  return common === 0 ? NOTHING : fromCounts(common / given.size, common / wanted.size);
}

/**
 * Word overlap as multisets: SQuAD's F1. An empty side scores 0, but two empty sides are equal and score 1, as in
 * SQuAD 2.0's script.
 * @see https://arxiv.org/abs/1606.05250 section 6.1
 */
export function tokenMultisetScores(
  output: string,
  target: string,
  normaliser: Normaliser = normalisers.squad,
): TokenScores {
  const given = splitPython(normaliser.normalise(output));
  const wanted = splitPython(normaliser.normalise(target));
  if (given.length === 0 && wanted.length === 0) return { f1: 1, precision: 1, recall: 1 };
  const left = new Map<string, number>();
  for (const word of wanted) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of given) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    common++;
  }
  if (common === 0) return NOTHING;
  const precision = common / given.length;
  const recall = common / wanted.length;
  return { f1: (2 * precision * recall) / (precision + recall), precision, recall };
}

const NOTHING: TokenScores = { f1: 0, precision: 0, recall: 0 };

/** nltk's F-measure with alpha 0.5, operation by operation. */
function fromCounts(precision: number, recall: number): TokenScores {
  return { f1: 1 / (0.5 / precision + 0.5 / recall), precision, recall };
}
