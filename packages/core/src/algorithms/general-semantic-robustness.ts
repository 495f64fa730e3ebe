import { type ErrorRateMetric, segmenterTokeniser, wordErrorRate } from '@assay/metrics';
import { z } from 'zod';
import { type Aggregate, defineAlgorithm, type ModelAsk, type ScoringInput } from './algorithm.ts';
import { answerText } from './answer-text.ts';
import { bertscoreAsk, bertscoreHelper, bertscoreSignature } from './bertscore.ts';
import { cannotAskAgain } from './cannot-ask-again.ts';
import { bertscoreLayer, bertscoreModel, compat } from './options.ts';
import { perturbedInputs, type StreamedDraws, streamedDraws, variantKeys } from './perturbed-inputs.ts';
import { unchangedOf, unchangedPerturbations } from './robustness-aggregates.ts';
import { robustnessKeys, robustnessSignature, settingsOfKeys } from './robustness-settings.ts';
import { atLeastZero } from './score-specs.ts';
import { isUnspaced } from './unspaced.ts';

const options = z.strictObject({
  ...robustnessKeys,
  num_baseline_samples: z
    .int()
    .min(2)
    .optional()
    .describe(
      'Ask the unperturbed input this often and take the distances between those outputs off: for a model that samples. Default: once.',
    ),
  bertscore: z.boolean().default(true).describe('Compare by token embeddings, with a model of its own. Default true.'),
  model_type_for_bertscore: bertscoreModel,
  bertscore_layer: bertscoreLayer,
  compat,
});

type Options = z.output<typeof options> & { readonly streamed?: StreamedDraws };

const words = wordErrorRate({ emptyReference: 'insertions' });
const segments = wordErrorRate({ emptyReference: 'insertions', tokeniser: segmenterTokeniser('und') });

/** A script without spaces is cut by `Intl.Segmenter`; FMEval takes a whole sentence of it for one word. */
function wordsOf(original: string, compat: 'fmeval' | undefined): ErrorRateMetric {
  return compat !== 'fmeval' && isUnspaced(original) ? segments : words;
}

/**
 * How much the output changes when the input is disturbed: by words (WER) and by meaning (BERTScore), against the output
 * for the input as it was. Needs no reference.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-semantic-robustness-evaluation.html
 */
export const generalSemanticRobustness = defineAlgorithm<Options>({
  name: 'general_semantic_robustness',
  isQuadratic: true,
  summary: 'How much the output changes when the input is disturbed.',
  options,
  needs: () => ['model_input'],
  needsOfOutputs: () => cannotAskAgain('general_semantic_robustness'),
  disturbsInput: true,
  prepare: async (given, data) =>
    given.compat === 'fmeval' ? { ...given, streamed: await streamedDraws(settingsOfKeys(given), data) } : given,
  scores: ({ bertscore }) => ({
    ...(bertscore
      ? {
          bertscore_dissimilarity: {
            range: [0, 1],
            better: 'lower',
            kind: 'bounded',
            summary: '1 − BERTScore F1 of the outputs, mean over the variants.',
          },
        }
      : {}),
    word_error_rate: atLeastZero('Words to change in the output, for each word of it; above 1 for longer outputs.'),
  }),
  aggregates: () => ({ unchanged_perturbations: unchangedPerturbations as Aggregate }),
  modelAsks: (sample, given, runSeed) => {
    const modelInput = sample.features.model_input ?? '';
    const ask = (key: string, text: string, repeat = 0): ModelAsk => ({
      key,
      kind: 'generate',
      modelInput: text,
      repeat,
    });
    const repeats = Array.from({ length: (given.num_baseline_samples ?? 1) - 1 }, (_, i) =>
      ask(`repeat/${i + 1}`, modelInput, i + 1),
    );
    const variants = perturbedInputs(sample, settingsOfKeys(given), runSeed, given.streamed);
    const disturbed = variants.map(({ key, text }) => ({ ...ask(key, text), disturbed: { variant: key, text } }));
    return [ask('original', modelInput), ...repeats, ...disturbed];
  },
  helpers: (given) => (given.bertscore ? [bertscoreHelper(given)] : []),
  helperAsks: ({ answers }, given) =>
    given.bertscore
      ? pairsOf(answers, given).map(([a, b]) =>
          bertscoreAsk(`${a}|${b}`, textOf(answers, b), textOf(answers, a), given),
        )
      : [],
  score: ({ answers, helpers }, given) => {
    if (textOf(answers, 'original').trim() === '') return { unscored: 'empty_output' };
    const metric = wordsOf(textOf(answers, 'original'), given.compat);
    const wer = distance(answers, given, (pairs) => errorRate(metric, answers, pairs));
    const dissimilarity = distance(answers, given, (pairs) => 1 - meanF1(helpers, pairs));
    return {
      scores: { ...(given.bertscore ? { bertscore_dissimilarity: dissimilarity } : {}), word_error_rate: wer },
      statistics: { unchanged_perturbations: unchangedOf(variantKeys(settingsOfKeys(given), answers)) },
    };
  },
  signature: (given) =>
    `general_semantic_robustness|${robustnessSignature(settingsOfKeys(given))}|baseline:${given.num_baseline_samples ?? 1}|words:${given.compat === 'fmeval' ? 'jiwer' : 'jiwer+segmenter'}${bertscoreSignature(given)}|v1`,
});

type Pair = readonly [reference: string, hypothesis: string];

/** Original and variants; and where a baseline is asked for, all pairs of repeats. */
function pairsOf(answers: ScoringInput['answers'], given: Options): Pair[] {
  return [...variantPairs(answers, given), ...repeatPairs(given)];
}

function variantPairs(answers: ScoringInput['answers'], given: Options): Pair[] {
  return variantKeys(settingsOfKeys(given), answers).map(({ key }) => ['original', key] as const);
}

function repeatPairs({ num_baseline_samples: samples = 1 }: Options): Pair[] {
  const keys = ['original', ...Array.from({ length: samples - 1 }, (_, i) => `repeat/${i + 1}`)];
  return keys.flatMap((a, i) => keys.slice(i + 1).map((b) => [a, b] as const));
}

/** The variants' distance beyond what the model's own chance explains. */
function distance(
  answers: ScoringInput['answers'],
  given: Options,
  between: (pairs: readonly Pair[]) => number,
): number {
  const disturbed = between(variantPairs(answers, given));
  const baseline = repeatPairs(given);
  return baseline.length === 0 ? disturbed : Math.max(0, disturbed - between(baseline));
}

function errorRate(metric: ErrorRateMetric, answers: ScoringInput['answers'], pairs: readonly Pair[]): number {
  const sum = new Float64Array(metric.size);
  for (const [reference, hypothesis] of pairs)
    metric.add(sum, textOf(answers, hypothesis), [textOf(answers, reference)]);
  return metric.score(sum)?.errorRate ?? 0;
}

function meanF1(helpers: ScoringInput['helpers'], pairs: readonly Pair[]): number {
  let sum = 0;
  for (const [a, b] of pairs) {
    const answer = helpers.get(`${a}|${b}`);
    sum += answer?.kind === 'bertscore' ? answer.f1 : 0;
  }
  return pairs.length === 0 ? 1 : sum / pairs.length;
}

function textOf(answers: ScoringInput['answers'], key: string): string {
  return answerText({ answers }, key);
}
