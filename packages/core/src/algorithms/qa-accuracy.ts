import { AnswerReader, qaScores, splitTargets } from '@assay/metrics';
import { z } from 'zod';
import { defineAlgorithm, type ScoreSpec } from './algorithm.ts';
import { answerTargets } from './answer-targets.ts';
import { answerText } from './answer-text.ts';
import { compat, targetOutputDelimiter } from './options.ts';

const options = z.strictObject({ target_output_delimiter: targetOutputDelimiter, compat });

const ratio = (summary: string): ScoreSpec => ({ range: [0, 1], better: 'higher', kind: 'bounded', summary });
const binary = (summary: string): ScoreSpec => ({ range: [0, 1], better: 'higher', kind: 'binary', summary });

const fmevalScores = qaScores();
const reader = new AnswerReader();

/**
 * How close is the output to a right answer, word by word? The best acceptable answer counts, for each score on its own.
 * Words are compared as multisets after Unicode normalisation (SQuAD's F1); FMEval takes sets and ASCII punctuation.
 * An output without words scores 0: a model that says nothing is wrong, not unscored.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-question-answering-evaluation.html
 */
export const qaAccuracy = defineAlgorithm({
  name: 'qa_accuracy',
  summary: 'How close the output is to a right answer, word by word.',
  options,
  needs: () => ['model_input', 'target_output'],
  scores: () => ({
    f1_score: ratio('Harmonic mean of precision and recall over words.'),
    exact_match_score: binary('Output and answer are equal but for outer whitespace.'),
    quasi_exact_match_score: binary('They are equal by words, without case, punctuation and articles.'),
    precision_over_words: ratio('Share of the output’s words that the answer has.'),
    recall_over_words: ratio('Share of the answer’s words that the output has.'),
  }),
  score: (input, settings) => {
    const target = input.sample.features.target_output ?? '';
    const output = answerText(input);
    const delimiter = settings.target_output_delimiter;
    if (settings.compat === 'fmeval') {
      const targets = splitTargets(target, delimiter);
      return { scores: { ...fmevalScores.score(fmevalScores.statistics(output, targets))! } };
    }
    const targets = answerTargets(target, delimiter);
    if (targets.length === 0) return { unscored: 'empty_target' };
    reader.read(output);
    const { f1, exact, quasiExact, precision, recall } = reader.bestScores(targets);
    return {
      scores: {
        f1_score: f1,
        exact_match_score: exact,
        quasi_exact_match_score: quasiExact,
        precision_over_words: precision,
        recall_over_words: recall,
      },
    };
  },
  signature: ({ target_output_delimiter: delimiter, compat: mode }) =>
    `qa_accuracy|delim:${delimiter}|${mode === 'fmeval' ? 'words:set|norm:quac' : 'words:multiset|norm:unicode'}|multi:best|v1`,
});
