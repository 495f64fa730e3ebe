import {
  bleu,
  chrf,
  qaScores,
  rouge,
  scanRougeWords,
  type TextMetric,
  TokenBuffer,
  ter,
  Vocabulary,
} from '@assay/metrics';
import type { TextPair } from '../corpora.ts';
import type { LimitCase, ProductCase } from './product-case.ts';

/** Scores each pair on its own, as a sentence score. */
function sentences(metric: TextMetric<unknown>): (pairs: readonly TextPair[]) => void {
  const statistics = new Float64Array(metric.size);
  return (pairs) => {
    for (const { hypothesis, reference } of pairs) {
      metric.add(statistics.fill(0), hypothesis, [reference]);
      metric.score(statistics);
    }
  };
}

/** One score over all pairs. */
function corpus(metric: TextMetric<unknown>): (pairs: readonly TextPair[]) => void {
  return (pairs) => {
    const statistics = new Float64Array(metric.size);
    for (const { hypothesis, reference } of pairs) metric.add(statistics, hypothesis, [reference]);
    metric.score(statistics);
  };
}

const stemmedRouge = sentences(rouge());

/** Normalisation, tokens, n-grams: the metrics of packages/metrics/src/overlap. */
export const overlapCases: readonly ProductCase[] = [
  {
    metric: 'ROUGE-1+2+L, stemmer',
    peer: 'rouge_score',
    job: 'rouge',
    goals: { qa: 200, sum: 250, long: 2500 },
    run: stemmedRouge,
  },
  {
    metric: 'ROUGE-1+2+L, stemmer',
    peer: 'rouge-score-rs (Rust), batch',
    job: 'rouge_rs',
    goals: { qa: 3.5, sum: 3, long: 3 },
    run: stemmedRouge,
  },
  {
    metric: 'ROUGE-1+2+L, no stemmer',
    peer: 'rouge-rust (Rust), batch',
    job: 'rouge_rust',
    goals: { qa: 3, sum: 3, long: 3 },
    run: sentences(rouge({ stemmer: false })),
  },
  {
    metric: 'sentence BLEU 13a',
    peer: 'sacrebleu',
    job: 'bleu_sentence',
    goals: { qa: 50, sum: 30, long: 25 },
    run: sentences(bleu({ effectiveOrder: true })),
  },
  {
    metric: 'sentence BLEU 13a',
    peer: 'bleuscore (Rust)',
    job: 'bleu_sentence_rs',
    goals: { qa: 3, sum: 3, long: 3 },
    run: sentences(bleu({ effectiveOrder: true })),
  },
  {
    metric: 'corpus BLEU 13a',
    peer: 'sacrebleu',
    job: 'bleu_corpus',
    goals: { qa: 50, sum: 30, long: 25 },
    run: corpus(bleu()),
  },
  {
    metric: 'chrF',
    peer: 'sacrebleu',
    job: 'chrf',
    goals: { qa: 30, sum: 30, long: 30 },
    run: sentences(chrf()),
  },
  {
    metric: 'chrF++',
    peer: 'sacrebleu',
    job: 'chrfpp',
    goals: { qa: 30, sum: 30, long: 30 },
    run: sentences(chrf({ wordOrder: 2 })),
  },
  {
    metric: 'TER',
    peer: 'sacrebleu',
    job: 'ter',
    goals: { qa: 30, sum: 500, long: 20 },
    slow: ['long'],
    run: sentences(ter()),
  },
  {
    metric: 'five QA scores',
    peer: "fmeval's formulas",
    job: 'qa',
    goals: { qa: 40, sum: 30, long: 30 },
    run: sentences(qaScores()),
  },
];

const vocabulary = new Vocabulary();
const tokens = new TokenBuffer();

export const overlapLimits: readonly LimitCase[] = [
  {
    metric: 'ROUGE-1+2+L, stemmer',
    limit: 'its tokeniser',
    corpus: 'sum',
    goal: 0.7,
    run: stemmedRouge,
    runLimit: (pairs) => {
      for (const { hypothesis, reference } of pairs) {
        vocabulary.trim();
        scanRougeWords(hypothesis, vocabulary, tokens);
        scanRougeWords(reference, vocabulary, tokens);
      }
    },
  },
];
