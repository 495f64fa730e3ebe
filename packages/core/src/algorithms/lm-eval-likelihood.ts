import { Moments, type MomentsData } from '@assay/metrics';
import { splitAtSpace } from '../python/whitespace.ts';
import type { Aggregate, ModelAnswer, ScoreOutcome, ScoreSpec } from './algorithm.ts';
import { unboundedFigures } from './corpus-figure.ts';
import { atLeastZero, binary } from './score-specs.ts';

type Of = 'model_input' | 'target_output';

const fromOne = (summary: string): ScoreSpec => ({ ...atLeastZero(summary), range: [1, Number.POSITIVE_INFINITY] });

/** Scores of one sample for `output_type: loglikelihood` (of target_output) and `loglikelihood_rolling` (of model_input). */
export function lmEvalLikelihoodScores(of: Of): Record<string, ScoreSpec> {
  return {
    ...(of === 'target_output' ? { acc: binary('The target is what greedy decoding would write.') } : {}),
    log_likelihood: {
      range: [Number.NEGATIVE_INFINITY, 0],
      better: 'higher',
      kind: 'real',
      summary: 'Log-probability of the whole text, in nats.',
    },
  };
}

export function scoreLmEvalLikelihood(
  { logProbability, isGreedy }: Extract<ModelAnswer, { kind: 'logProbability' }>,
  of: Of,
  text: string,
): ScoreOutcome {
  if (of === 'target_output') {
    return {
      scores: { acc: Number(isGreedy), log_likelihood: logProbability },
      statistics: { continuations: logProbability },
    };
  }
  const words = splitAtSpace(text).length;
  return {
    scores: { log_likelihood: logProbability },
    statistics: { texts: { logProbability, words, bytes: Buffer.byteLength(text) } },
  };
}

/** exp of the mean surprise per text, however long: what lm-evaluation-harness calls `perplexity`. */
export const lmEvalContinuations: Aggregate<number, MomentsData> = {
  scores: { perplexity: fromOne('exp of the mean surprise per target, in nats, however long the targets are.') },
  empty: () => new Moments().toJSON(),
  add: (state, logProbability) => {
    const moments = Moments.fromJSON(state);
    moments.add(logProbability);
    return moments.toJSON();
  },
  merge: (a, b) => {
    const moments = Moments.fromJSON(a);
    moments.merge(Moments.fromJSON(b));
    return moments.toJSON();
  },
  result: (state) => {
    const moments = Moments.fromJSON(state);
    return { perplexity: moments.n === 0 ? null : Math.exp(-moments.sum() / moments.n) };
  },
  corpus: () => unboundedFigures(['perplexity']),
};

interface TextCounts {
  readonly sum: MomentsData;
  readonly words: number;
  readonly bytes: number;
}

interface TextStatistic {
  readonly logProbability: number;
  readonly words: number;
  readonly bytes: number;
}

/** Surprise over all texts together, for each word between white space and for each UTF-8 byte. */
export const lmEvalTexts: Aggregate<TextStatistic, TextCounts> = {
  scores: {
    word_perplexity: fromOne('exp of the surprise per word, over all texts together.'),
    byte_perplexity: fromOne('exp of the surprise per UTF-8 byte, over all texts together.'),
    bits_per_byte: atLeastZero('Bits per UTF-8 byte, over all texts together.'),
  },
  empty: () => ({ sum: lmEvalContinuations.empty(), words: 0, bytes: 0 }),
  add: ({ sum, words, bytes }, statistic) => ({
    sum: lmEvalContinuations.add(sum, statistic.logProbability),
    words: words + statistic.words,
    bytes: bytes + statistic.bytes,
  }),
  merge: (a, b) => ({
    sum: lmEvalContinuations.merge(a.sum, b.sum),
    words: a.words + b.words,
    bytes: a.bytes + b.bytes,
  }),
  result: ({ sum, words, bytes }) => {
    const total = Moments.fromJSON(sum).sum();
    return {
      word_perplexity: words === 0 ? null : Math.exp(-total / words),
      byte_perplexity: bytes === 0 ? null : Math.exp(-total / bytes),
      bits_per_byte: bytes === 0 ? null : -total / bytes / Math.LN2,
    };
  },
  corpus: () => unboundedFigures(Object.keys(lmEvalTexts.scores)),
};
