import { AnswerReader, qaScores, splitTargets } from '@assay/metrics';
import { z } from 'zod';
import { defineAlgorithm, type ScoringInput } from './algorithm.ts';
import { answerTargets } from './answer-targets.ts';
import { answerText } from './answer-text.ts';
import { bertscoreAsks, bertscoreHelper, bertscoreSignature, bestBertscore } from './bertscore.ts';
import { bertscoreLayer, bertscoreModel, compat, targetOutputDelimiter } from './options.ts';
import { qaTextScorer } from './qa-texts.ts';
import { binary, ratio } from './score-specs.ts';

const options = z.strictObject({
  target_output_delimiter: targetOutputDelimiter,
  bertscore: z
    .boolean()
    .default(false)
    .describe('Score by token embeddings too, with a model of its own. Default false.'),
  model_type_for_bertscore: bertscoreModel,
  bertscore_layer: bertscoreLayer,
  compat,
});

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
  scores: ({ bertscore }) => ({
    f1_score: ratio('Harmonic mean of precision and recall over words.'),
    exact_match_score: binary('Output and answer are equal but for outer whitespace.'),
    quasi_exact_match_score: binary('They are equal by words, without case, punctuation and articles.'),
    precision_over_words: ratio('Share of the output’s words that the answer has.'),
    recall_over_words: ratio('Share of the answer’s words that the output has.'),
    ...(bertscore ? { bertscore: ratio('BERTScore F1 of token embeddings.') } : {}),
  }),
  helpers: (settings) => (settings.bertscore ? [bertscoreHelper(settings)] : []),
  helperAsks: (input, settings) =>
    settings.bertscore ? bertscoreAsks(input, settings.target_output_delimiter, settings) : [],
  score: (input, settings) => {
    const target = input.sample.features.target_output ?? '';
    const output = answerText(input);
    const delimiter = settings.target_output_delimiter;
    if (settings.compat === 'fmeval') {
      const targets = splitTargets(target, delimiter);
      const words = fmevalScores.score(fmevalScores.statistics(output, targets))!;
      return { scores: { ...words, ...bertscoreOf(input) } };
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
        ...bertscoreOf(input),
      },
    };
  },
  textScorer: ({ compat: mode, bertscore, target_output_delimiter: delimiter }) =>
    mode === 'fmeval' || bertscore ? undefined : qaTextScorer(delimiter),
  signature: ({ target_output_delimiter: delimiter, compat: mode, ...more }) =>
    `qa_accuracy|delim:${delimiter}|${mode === 'fmeval' ? 'words:set|norm:quac' : 'words:multiset|norm:unicode'}|multi:best${bertscoreSignature(more)}|v1`,
});

function bertscoreOf({ helpers }: Pick<ScoringInput, 'helpers'>): { bertscore?: number } {
  const bertscore = bestBertscore(helpers);
  return bertscore === undefined ? {} : { bertscore };
}
