import { type RougeScores, rouge, segmenterTokeniser, type TextMetric } from '@assay/metrics';
import { z } from 'zod';
import { defineAlgorithm } from './algorithm.ts';
import { wholeTarget } from './answer-targets.ts';
import { answerText } from './answer-text.ts';
import { bertscoreAsk, bertscoreHelper, bertscoreSignature, bestBertscore } from './bertscore.ts';
import { meteorScore } from './meteor-score.ts';
import { bertscoreLayer, bertscoreModel, compat } from './options.ts';
import { ratio } from './score-specs.ts';
import { isUnspaced } from './unspaced.ts';

const options = z.strictObject({
  rouge_type: z.enum(['rouge1', 'rouge2', 'rougeL']).default('rouge2').describe('Which ROUGE. Default rouge2.'),
  use_stemmer_for_rouge: z.boolean().default(true).describe('Compare stems, for English. Default true.'),
  bertscore: z.boolean().default(true).describe('Score by token embeddings, with a model of its own. Default true.'),
  model_type_for_bertscore: bertscoreModel,
  bertscore_layer: bertscoreLayer,
  compat,
});

type Options = z.output<typeof options>;

/**
 * How much a summary says what the reference says: by words in order (METEOR, with stems and WordNet's synonyms), by
 * n-grams (ROUGE) and by meaning of tokens (BERTScore).
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-text-summarization-evaluation.html
 */
export const summarizationAccuracy = defineAlgorithm<Options>({
  name: 'summarization_accuracy',
  isQuadratic: true,
  summary: 'How close a summary is to the reference, by words, n-grams and meaning.',
  options,
  needs: () => ['model_input', 'target_output'],
  scores: ({ bertscore, rouge_type: type }) => ({
    meteor: ratio('Words in common, with stems and synonyms, and in order.'),
    rouge: ratio(`F-measure of ${type}.`),
    ...(bertscore ? { bertscore: ratio('BERTScore F1 of token embeddings.') } : {}),
  }),
  primary: ({ bertscore }) => ['rouge', ...(bertscore ? ['bertscore'] : [])],
  helpers: (settings) => (settings.bertscore ? [bertscoreHelper(settings)] : []),
  helperAsks: ({ sample, answers }, settings) => {
    const target = wholeTarget(sample, settings.compat);
    if (!settings.bertscore || target === undefined) return [];
    return [bertscoreAsk('bertscore', answerText({ answers }), target, settings)];
  },
  score: (input, settings) => {
    const target = wholeTarget(input.sample, settings.compat);
    if (target === undefined) return { unscored: 'empty_target' };
    const output = answerText(input);
    const bertscore = bestBertscore(input.helpers);
    return {
      scores: {
        meteor: meteorScore(output, target, settings.compat),
        rouge: rougeOf(output, target, settings),
        ...(bertscore === undefined ? {} : { bertscore }),
      },
    };
  },
  signature: ({ rouge_type: type, use_stemmer_for_rouge: stemmer, compat: mode, ...more }) =>
    `summarization_accuracy|${type}|stem:${stemmer ? 'porter' : 'no'}|tok:${mode === 'fmeval' ? 'rouge' : 'rouge+segmenter'}|meteor:wordnet-3.0${bertscoreSignature(more)}|v1`,
});

const metrics = new Map<string, TextMetric<RougeScores>>();
const segments = segmenterTokeniser('und');

/** ROUGE's own tokens are a–z and 0–9 alone: other scripts are split by `Intl.Segmenter`. */
function rougeOf(output: string, target: string, settings: Options): number {
  const { rouge_type: type, use_stemmer_for_rouge: stemmer } = settings;
  const isOther = settings.compat !== 'fmeval' && hasOtherLetters(target);
  const key = `${type} ${stemmer} ${isOther}`;
  let metric = metrics.get(key);
  if (metric === undefined) {
    metric = rouge({ types: [type], stemmer, ...(isOther ? { tokeniser: lowerSegments } : {}) });
    metrics.set(key, metric);
  }
  return metric.score(metric.statistics(output, [target]))?.[type]?.fmeasure ?? 0;
}

const lowerSegments = {
  name: 'segmenter-und-lower',
  tokenise: (text: string) => segments.tokenise(text.normalize('NFKC').toLowerCase()),
};

/** Whether a good part of the letters is beyond a–z. */
function hasOtherLetters(text: string): boolean {
  if (isUnspaced(text)) return true;
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  return letters > 0 && (text.match(/[^\P{L}a-zA-Z]/gu)?.length ?? 0) > letters / 10;
}
