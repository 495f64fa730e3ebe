import { judgeBlock } from '../../config/judge-block.ts';
import type { Sample } from '../../samples/sample.ts';
import type { HelperAnswer } from '../algorithm.ts';
import { CRITERIA, type CRITERION_NAMES, type PairedText } from './criteria.ts';

/** What a cross-encoder reads: whether the premise entails the hypothesis, or goes with it. */
export interface TextPair {
  readonly premise: string;
  readonly hypothesis: string;
}

/** The local cross-encoder of a judge that is one; undefined of judges that read prompts. */
export function entailmentModel(judge: string): string | undefined {
  const model = judgeBlock(judge)?.entailment;
  return typeof model === 'string' ? model : undefined;
}

/** The two texts of a sample that a criterion compares; undefined where it compares none. */
export function textPair(
  { features }: Sample,
  output: string,
  criterion: (typeof CRITERION_NAMES)[number] | undefined,
): TextPair | undefined {
  const pair = criterion === undefined ? undefined : CRITERIA[criterion].pair;
  if (pair === undefined) return undefined;
  const texts: Readonly<Record<PairedText, string | undefined>> = {
    answer: output,
    question: features.model_input,
    context: features.context,
    reference: features.target_output,
  };
  return { premise: texts[pair[0]] ?? '', hypothesis: texts[pair[1]] ?? '' };
}

/**
 * A cross-encoder's scores as a verdict among two words: the likelihood of entailment, or the one score of a reranker, is
 * that of the first word.
 * @param words the better one first
 * @returns undefined where the model has no such label, or a score outside [0, 1]
 */
export function entailmentVerdict(
  { labels }: Extract<HelperAnswer, { kind: 'classify' }>,
  [yes, no]: readonly [string, string],
): Extract<HelperAnswer, { kind: 'judge' }> | undefined {
  const found = Object.entries(labels);
  const share = found.length === 1 ? found[0]![1] : found.find(([label]) => /^entail/i.test(label))?.[1];
  if (share === undefined || !(share >= 0 && share <= 1)) return undefined;
  return { kind: 'judge', text: share >= 0.5 ? yes : no, weights: { [yes]: share, [no]: 1 - share } };
}
