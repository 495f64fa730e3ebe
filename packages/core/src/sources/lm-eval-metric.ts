import type { Aggregate } from '../algorithms/algorithm.ts';
import { lmEvalLabels } from '../algorithms/lm-eval-choices.ts';
import { lmEvalContinuations, lmEvalTexts } from '../algorithms/lm-eval-likelihood.ts';
import { translation } from '../algorithms/translation.ts';

/** What a metric of lm-evaluation-harness says of one document. */
export interface LmEvalValue {
  /** Scores of the document by name. */
  readonly scores: Readonly<Record<string, number>>;
  /** What it adds to the metric over all documents, where that is no mean. */
  readonly part?: {
    readonly aggregate: Aggregate /** Of the aggregate's scores. */;
    readonly own: string;
    readonly statistic: unknown;
  };
}

/**
 * @param value as a line of `samples_*.jsonl` has it: the score, or what the harness adds up by the metric's aggregation
 * @returns undefined for what is neither
 * @see https://github.com/EleutherAI/lm-evaluation-harness/blob/main/lm_eval/api/task.py `process_results`
 */
export function lmEvalValue(metric: string, value: unknown): LmEvalValue | undefined {
  if (typeof value === 'boolean') return { scores: { [metric]: Number(value) } };
  if (typeof value === 'number') {
    // Of a perplexity the log-likelihood is kept, which is no more than 0.
    if (metric !== 'perplexity' || value > 0) return { scores: { [metric]: value } };
    return {
      scores: { log_likelihood: value },
      part: { aggregate: lmEvalContinuations as Aggregate, own: metric, statistic: value },
    };
  }
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [first, second] = value as readonly unknown[];
  if (metric === 'brier_score' && Array.isArray(second)) return { scores: { [metric]: brier(first, second) } };
  if ((metric === 'f1' || metric === 'mcc') && isLabel(first) && isLabel(second))
    return {
      scores: {},
      part: { aggregate: lmEvalLabels as Aggregate, own: metric, statistic: [String(first), String(second)] },
    };
  if (typeof first === 'number' && typeof second === 'number') return likelihoodOf(metric, first, second);
  return textsOf(metric, first, second);
}

function likelihoodOf(metric: string, logProbability: number, weight: number): LmEvalValue | undefined {
  if (!(metric in lmEvalTexts.scores)) return undefined;
  const counts = metric === 'word_perplexity' ? { words: weight, bytes: 0 } : { words: 0, bytes: weight };
  return {
    scores: { log_likelihood: logProbability },
    part: { aggregate: lmEvalTexts as Aggregate, own: metric, statistic: { logProbability, ...counts } },
  };
}

const CORPUS: Readonly<Record<string, { readonly name: string; readonly wordOrder: number }>> = {
  bleu: { name: 'bleu', wordOrder: 0 },
  chrf: { name: 'chrf', wordOrder: 0 },
  'chrf++': { name: 'chrf', wordOrder: 2 },
  ter: { name: 'ter', wordOrder: 0 },
};

/** A reference, or several, and the answer. */
function textsOf(metric: string, reference: unknown, answer: unknown): LmEvalValue | undefined {
  const corpus = CORPUS[metric];
  const output = [answer].flat()[0];
  const [target] = [reference].flat();
  if (corpus === undefined || typeof output !== 'string' || typeof target !== 'string') return undefined;
  const options = translation.options.parse({ target_output_delimiter: null, chrf_word_order: corpus.wordOrder });
  const features = { target_output: target };
  const outcome = translation.score(
    {
      sample: { index: 0, digest: '', features, record: {} },
      answers: new Map([['original', { kind: 'generate', text: output, elapsedMs: 0 }]]),
      helpers: new Map(),
    },
    options,
  );
  const statistic = 'statistics' in outcome ? outcome.statistics?.[corpus.name] : undefined;
  const aggregate = translation.aggregates?.(options)[corpus.name];
  if (statistic === undefined || aggregate === undefined) return undefined;
  return { scores: {}, part: { aggregate, own: `corpus_${corpus.name}`, statistic } };
}

/** Squared distance of the choices' probabilities from the right one. */
function brier(right: unknown, probabilities: readonly unknown[]): number {
  return probabilities.reduce<number>((sum, p, at) => sum + (Number(p) - Number(at === Number(right))) ** 2, 0);
}

const isLabel = (value: unknown): value is number | string => typeof value === 'number' || typeof value === 'string';
