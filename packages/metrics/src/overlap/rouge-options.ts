import type { Tokeniser } from '../text/tokenisers.ts';
import { metricError } from './metric-error.ts';

export type RougeType =
  | 'rouge1'
  | 'rouge2'
  | 'rouge3'
  | 'rouge4'
  | 'rouge5'
  | 'rouge6'
  | 'rouge7'
  | 'rouge8'
  | 'rouge9'
  | 'rougeL'
  | 'rougeLsum';

export interface RougeOptions {
  /** @default ['rouge1', 'rouge2', 'rougeL'] */
  readonly types?: readonly RougeType[];
  /** Reduce words to their Porter stems (nltk's mode), as FMEval does. @default true */
  readonly stemmer?: boolean;
  /** Tokens other than rouge_score's own: for languages written beyond a–z. `stemmer` does not apply to them. */
  readonly tokeniser?: Tokeniser;
  /** Several references: the one with the best F-measure for each type (rouge_score), or the mean. @default 'best' */
  readonly references?: 'best' | 'mean';
}

/** Throws METRIC_OPTION_INVALID unless every type is one of ROUGE-1…9, L, Lsum. */
export function checkRougeTypes(types: readonly RougeType[]): void {
  for (const type of types) {
    if (!/^rouge([1-9]|L|Lsum)$/.test(type)) {
      throw metricError('METRIC_OPTION_INVALID', `"${type}" is not a ROUGE type: rouge1 … rouge9, rougeL or rougeLsum`);
    }
  }
  if (types.length === 0) throw metricError('METRIC_OPTION_INVALID', 'at least one ROUGE type is needed');
}
