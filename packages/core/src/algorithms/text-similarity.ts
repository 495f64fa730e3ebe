import { correlationRow, correlationScore, pearson, spearman } from '@assay/metrics';
import { z } from 'zod';
import { type Aggregate, defineAlgorithm, type ScoreSpec } from './algorithm.ts';
import { cannotAskAgain } from './cannot-ask-again.ts';
import type { CorpusFigure } from './corpus-figure.ts';

/** How often a similarity met a target, by both, to six significant digits: a bound on memory that keeps the order. */
type Counts = Record<string, number>;

type Columns = readonly [similarities: number[], targets: number[]];

const correlation: Aggregate<readonly [similarity: number, target: number], Counts> = {
  scores: {
    pearson: correlationSpec('Correlation of similarities and targets: 1 rises with them in a straight line.'),
    spearman: correlationSpec('Rank correlation of similarities and targets: 1 orders the pairs as people do.'),
  },
  empty: () => ({}),
  add: (counts, [similarity, target]) => into(counts, `${similarity.toPrecision(6)} ${target}`, 1),
  merge: (a, b) => {
    for (const [pair, count] of Object.entries(b)) into(a, pair, count);
    return a;
  },
  result: (counts) => {
    const [similarities, targets] = columnsOf(counts);
    const [line, ranks] = [pearson(similarities, targets), spearman(similarities, targets)];
    return { pearson: knownOf(line.coefficient), spearman: knownOf(ranks.coefficient) };
  },
  corpus: (units) => ({ pearson: pearsonFigure(units.map(columnsOf)), spearman: { kind: 'none', why: 'no_method' } }),
};

/**
 * How alike a model finds two texts, and whether it orders pairs as people do (semantic textual similarity): an encoder by
 * the cosine of its vectors, a cross-encoder by its score. The second text is the dataset's `context`, the target a number.
 * @see https://arxiv.org/abs/1708.00055
 */
export const textSimilarity = defineAlgorithm({
  name: 'text_similarity',
  summary: 'Whether an encoder finds those texts alike that people find alike.',
  options: z.strictObject({}),
  needs: () => ['model_input', 'context', 'target_output'],
  needsOfOutputs: () => cannotAskAgain('text_similarity'),
  scores: () => ({
    similarity: { range: [-1, 1], better: 'higher', kind: 'bounded', summary: 'Of the two texts; no judgement.' },
  }),
  primary: () => ['pearson'],
  aggregates: () => ({ correlation: correlation as Aggregate }),
  modelAsks: ({ features: { model_input: modelInput = '', context = '' } }) => [
    { key: 'context', kind: 'similarity', modelInput, others: [context] },
  ],
  score: ({ sample, answers }) => {
    const written = sample.features.target_output?.trim() ?? '';
    const target = written === '' ? Number.NaN : Number(written);
    if (!Number.isFinite(target)) return { unscored: 'target_no_number' };
    const answer = answers.get('context');
    const [similarity] = answer?.kind === 'similarity' ? answer.values : [];
    if (similarity === undefined) return { unscored: 'no_similarity' };
    return { scores: { similarity }, statistics: { correlation: [similarity, target] } };
  },
  signature: () => 'text_similarity|v1',
});

function correlationSpec(summary: string): ScoreSpec {
  return { range: [-1, 1], better: 'higher', kind: 'bounded', summary };
}

function knownOf(coefficient: number): number | null {
  return Number.isNaN(coefficient) ? null : coefficient;
}

/** Around the means, so that targets of any size keep their digits. */
function pearsonFigure(units: readonly Columns[]): CorpusFigure {
  const [meanSimilarity, meanTarget] = [0, 1].map((column) => meanOf(units.flatMap((unit) => unit[column]!)));
  const rows = units.map(([similarities, targets]) => {
    const row = new Float64Array(6);
    for (const [at, similarity] of similarities.entries()) {
      const pair = correlationRow(similarity - meanSimilarity!, targets[at]! - meanTarget!);
      for (const [place, value] of pair.entries()) row[place]! += value;
    }
    return row;
  });
  return { kind: 'rows', score: correlationScore(), rows };
}

/** The same whatever the order. */
function meanOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b).reduce((sum, value) => sum + value, 0) / values.length;
}

/** Adds into `counts`, which must be the caller's own. */
function into(counts: Counts, pair: string, count: number): Counts {
  counts[pair] = (counts[pair] ?? 0) + count;
  return counts;
}

/** Pairs in an order of their own, whatever the order in which they came. */
function columnsOf(counts: Counts): Columns {
  const similarities: number[] = [];
  const targets: number[] = [];
  for (const [pair, count] of Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [similarity, target] = pair.split(' ').map(Number);
    for (let i = 0; i < count; i += 1) {
      similarities.push(similarity!);
      targets.push(target!);
    }
  }
  return [similarities, targets];
}
