import { AnswerReader } from '@assay/metrics';
import { featurePosition } from '../samples/feature-texts.ts';
import { answerTargets } from './answer-targets.ts';
import { DelimiterSearch } from './delimiter-search.ts';
import type { TextScorer } from './text-scorer.ts';

const TARGET = featurePosition('target_output');
const OUTPUT = featurePosition('model_output');

/** The five scores by words of `qa_accuracy`, from the texts of rows. */
export function qaTextScorer(delimiter: string | null): TextScorer {
  const reader = new AnswerReader();
  const search = delimiter === null ? undefined : new DelimiterSearch(delimiter);
  return {
    scores: ['f1_score', 'exact_match_score', 'quasi_exact_match_score', 'precision_over_words', 'recall_over_words'],
    score: ({ sources, from, to }, scores, at) => {
      const target = sources[TARGET]!;
      const start = from[TARGET]!;
      if (start < 0) return 'empty_target';
      const end = to[TARGET]!;
      const readOutput = () => reader.read(sources[OUTPUT]!, from[OUTPUT]!, to[OUTPUT]!);
      if (search?.isWithin(target, start, end) !== true) {
        if (isBlank(target, start, end)) return 'empty_target';
        readOutput();
        reader.scoreInto(scores, at, target, start, end);
        return undefined;
      }
      const answers = answerTargets(target.slice(start, end), delimiter);
      if (answers.length === 0) return 'empty_target';
      readOutput();
      const { f1, exact, quasiExact, precision, recall } = reader.bestScores(answers);
      scores[at] = f1;
      scores[at + 1] = exact;
      scores[at + 2] = quasiExact;
      scores[at + 3] = precision;
      scores[at + 4] = recall;
      return undefined;
    },
  };
}

function isBlank(text: string, from: number, to: number): boolean {
  if (from === to) return true;
  const first = text.charCodeAt(from);
  return (first <= 32 || first >= 128) && text.slice(from, to).trim() === '';
}
