import { greedyMaxima } from './greedy-maxima.ts';
import { normalisedRows } from './normalised-rows.ts';
import type { TokenEmbeddings } from './token-embeddings.ts';

/** BERTScore of one pair; each a mean of cosines, in [−1, 1], for usual models in [0, 1]. */
export interface BertScore {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export interface BertScoreOptions {
  /**
   * `bert_score` takes a side of exactly two tokens for an empty text ([CLS] and [SEP]) and sets precision and recall to 0, but
   * leaves F1 as it was. @default 'none'
   */
  readonly compat?: 'none' | 'bert_score';
}

/**
 * BERTScore's greedy matching on given embeddings: each token against the most similar one of the other side. Precision is
 * Σ_h w_h max_r cos / Σ_h w_h over the hypothesis, recall the same over the reference, F1 their harmonic mean.
 * @returns zeros where a side has no token, or no weight; F1 is 0 where it is not defined
 * O(|hypothesis| · |reference| · dimensions) time.
 * @throws RangeError BERTSCORE_SHAPE
 * @see https://arxiv.org/abs/1904.09675
 */
export function bertScore(
  hypothesis: TokenEmbeddings,
  reference: TokenEmbeddings,
  options: BertScoreOptions = {},
): BertScore {
  const { dimensions } = hypothesis;
  if (reference.dimensions !== dimensions) {
    throw shapeError(`${dimensions} and ${reference.dimensions} dimensions cannot be compared`);
  }
  const hypothesisTokens = tokenCount(hypothesis);
  const referenceTokens = tokenCount(reference);
  if (hypothesisTokens === 0 || referenceTokens === 0) return { precision: 0, recall: 0, f1: 0 };
  const { ofA, ofB } = greedyMaxima(
    normalisedRows(hypothesis.values, dimensions),
    normalisedRows(reference.values, dimensions),
    dimensions,
  );
  const precision = weightedMean(ofA, hypothesis.weights);
  const recall = weightedMean(ofB, reference.weights);
  const harmonic = (2 * precision * recall) / (precision + recall);
  const f1 = Number.isNaN(harmonic) ? 0 : harmonic;
  if (options.compat === 'bert_score' && (hypothesisTokens === 2 || referenceTokens === 2)) {
    return { precision: 0, recall: 0, f1 };
  }
  return { precision: Number.isNaN(precision) ? 0 : precision, recall: Number.isNaN(recall) ? 0 : recall, f1 };
}

function tokenCount({ values, dimensions, weights }: TokenEmbeddings): number {
  const count = values.length / dimensions;
  if (!Number.isInteger(count) || dimensions < 1) {
    throw shapeError(`${values.length} values are no rows of ${dimensions} dimensions`);
  }
  if (weights && weights.length !== count) throw shapeError(`${weights.length} weights for ${count} tokens`);
  return count;
}

function weightedMean(values: Float64Array, weights: ArrayLike<number> | undefined): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const weight = weights ? weights[i]! : 1;
    sum += weight * values[i]!;
    total += weight;
  }
  return sum / total;
}

function shapeError(message: string): RangeError {
  return Object.assign(new RangeError(message), { code: 'BERTSCORE_SHAPE' });
}
