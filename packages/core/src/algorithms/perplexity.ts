import { bitsPerByte, Moments, type MomentsData, perplexity as perplexityOf } from '@assay/metrics';
import { z } from 'zod';
import { type Aggregate, defineAlgorithm, type ModelAnswer, type ScoreSpec } from './algorithm.ts';
import { cannotAskAgain } from './cannot-ask-again.ts';
import { withoutInterval } from './corpus-figure.ts';
import {
  lmEvalContinuations,
  lmEvalLikelihoodScores,
  lmEvalTexts,
  scoreLmEvalLikelihood,
} from './lm-eval-likelihood.ts';
import { compatLmEval, textContext, textContextOf } from './options.ts';
import { rawContinuation } from './raw-continuation.ts';
import { atLeastZero } from './score-specs.ts';

const options = z.strictObject({
  of: z
    .enum(['model_input', 'target_output'])
    .default('model_input')
    .describe('Which text: model_input alone, or target_output after the prompt. Default model_input.'),
  context: textContext,
  compat: compatLmEval,
});

interface Totals {
  /** Of log-probabilities; exact, so that no order changes a bit. */
  readonly sum: MomentsData;
  readonly tokens: number;
  readonly bytes: number;
}

type Answer = Extract<ModelAnswer, { kind: 'logProbability' }>;

/**
 * How surprised the model is by a text. Perplexity counts in the model's own tokens; bits per byte compares models with
 * different tokenizers. The `corpus_` scores weigh every token alike, the means every sample alike.
 * @see https://arxiv.org/abs/2101.00027 section 3.1 (bits per byte)
 */
export const perplexity = defineAlgorithm({
  name: 'perplexity',
  summary: 'How surprised the model is by a text, per token and per byte.',
  options,
  needs: ({ of }) => (of === 'model_input' ? [of] : ['model_input', of]),
  needsOfOutputs: () => cannotAskAgain('perplexity'),
  scores: ({ of, compat }): Record<string, ScoreSpec> =>
    compat === 'lm-eval'
      ? lmEvalLikelihoodScores(of)
      : {
          perplexity: {
            ...atLeastZero('exp of the mean surprise per token, in nats.'),
            range: [1, Number.POSITIVE_INFINITY],
          },
          bits_per_byte: atLeastZero('Mean surprise per UTF-8 byte, in bits.'),
        },
  // Tokens differ between models, bytes do not.
  primary: ({ compat }) => (compat === 'lm-eval' ? ['log_likelihood'] : ['bits_per_byte']),
  aggregates: ({ of, compat }): Record<string, Aggregate> => {
    if (compat !== 'lm-eval') return { corpus: corpus as Aggregate };
    return of === 'model_input'
      ? { texts: lmEvalTexts as Aggregate }
      : { continuations: lmEvalContinuations as Aggregate };
  },
  modelAsks: ({ features }, { of, compat, context: wanted }) => {
    const context = textContextOf({ compat, context: wanted });
    if (compat === 'lm-eval' && of === 'target_output')
      return [{ ...rawContinuation('text', features.model_input ?? '', features.target_output ?? ''), context }];
    return [
      of === 'model_input'
        ? {
            key: 'text',
            kind: 'logProbability',
            modelInput: '',
            continuation: features.model_input ?? '',
            raw: true,
            context,
            ...(compat === 'lm-eval' ? { windows: 'whole' } : {}),
          }
        : {
            key: 'text',
            kind: 'logProbability',
            modelInput: features.model_input ?? '',
            continuation: features.target_output ?? '',
            context,
          },
    ];
  },
  score: ({ sample, answers }, { of, compat }) => {
    const answer = answers.get('text');
    if (answer?.kind !== 'logProbability') return { unscored: 'no_log_probability' };
    if (compat === 'lm-eval') return scoreLmEvalLikelihood(answer, of, sample.features[of] ?? '');
    const totals = { sum: answer.logProbability, tokens: answer.tokenCount, bytes: answer.byteCount };
    const perToken = perplexityOf(totals);
    const perByte = bitsPerByte(totals);
    if (perToken === null || perByte === null) return { unscored: 'empty_text' };
    return { scores: { perplexity: perToken, bits_per_byte: perByte }, statistics: { corpus: answer } };
  },
  signature: ({ of, compat, context }) => {
    const behind = `context:${textContextOf({ context, compat })}`;
    if (compat !== 'lm-eval')
      return `perplexity|of:${of}|template:${of === 'model_input' ? 'none' : 'prompt'}|${behind}|v2`;
    return `perplexity|of:${of}|compat:lm-eval|${of === 'model_input' ? 'windows:whole|' : ''}${behind}|v3`;
  },
});

const corpus: Aggregate<Pick<Answer, 'logProbability' | 'tokenCount' | 'byteCount'>, Totals> = {
  scores: {
    corpus_perplexity: {
      ...atLeastZero('Perplexity over all tokens of the dataset together.'),
      range: [1, Number.POSITIVE_INFINITY],
    },
    corpus_bits_per_byte: atLeastZero('Bits per byte over all bytes of the dataset together.'),
  },
  empty: () => ({ sum: new Moments().toJSON(), tokens: 0, bytes: 0 }),
  add: (state, { logProbability, tokenCount, byteCount }) => {
    const sum = Moments.fromJSON(state.sum);
    sum.add(logProbability);
    return { sum: sum.toJSON(), tokens: state.tokens + tokenCount, bytes: state.bytes + byteCount };
  },
  merge: (a, b) => {
    const sum = Moments.fromJSON(a.sum);
    sum.merge(Moments.fromJSON(b.sum));
    return { sum: sum.toJSON(), tokens: a.tokens + b.tokens, bytes: a.bytes + b.bytes };
  },
  result: ({ sum, tokens, bytes }) => {
    const totals = { sum: Moments.fromJSON(sum).sum(), tokens, bytes };
    return { corpus_perplexity: perplexityOf(totals), corpus_bits_per_byte: bitsPerByte(totals) };
  },
  // A text may be as unlikely as it pleases.
  corpus: () => withoutInterval(Object.keys(corpus.scores), 'unbounded'),
};
