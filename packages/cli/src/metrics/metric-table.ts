import {
  bleu,
  characterErrorRate,
  chrf,
  exactMatch,
  inclusion,
  jaroWinklerSimilarity,
  levenshteinDistance,
  levenshteinSimilarity,
  meteor,
  qaScores,
  quasiExactMatch,
  quasiInclusion,
  rouge,
  type TextMetric,
  ter,
  tokenMultisetScores,
  wordErrorRate,
} from 'assay/internal/metrics';

/** Scores of one hypothesis against its references (at least one), by name. */
export type Evaluate = (hypothesis: string, references: readonly string[]) => Readonly<Record<string, unknown>>;

/** A metric as the command line offers it. */
export interface NamedMetric {
  readonly summary: string;
  /** Loads what the metric needs. */
  open(): Evaluate | Promise<Evaluate>;
}

/** Every metric that compares two texts, by the name that `assay metrics eval` takes. */
export const METRICS: Readonly<Record<string, NamedMetric>> = {
  bleu: text('sacreBLEU’s sentence BLEU, 13a tokens, 0 to 100; higher is better', () => bleu({ effectiveOrder: true })),
  chrf: text('chrF, 0 to 100; higher is better', () => chrf()),
  'chrf++': text('chrF with word bigrams, 0 to 100; higher is better', () => chrf({ wordOrder: 2 })),
  ter: text('translation edit rate, from 0 (best)', () => ter()),
  rouge: text('ROUGE-1, -2, -L and -Lsum with stemmer, 0 to 1; higher is better', () =>
    rouge({ types: ['rouge1', 'rouge2', 'rougeL', 'rougeLsum'] }),
  ),
  meteor: {
    summary: 'METEOR with WordNet synonyms, as in nltk, 0 to 1; higher is better',
    open: async () => {
      const { loadWordNet } = await import('assay/internal/wordnet');
      return evaluator(meteor({ wordNet: await loadWordNet() }));
    },
  },
  wer: text('word error rate as in jiwer, from 0 (best)', () => wordErrorRate({ emptyReference: 'insertions' })),
  cer: text('character error rate as in jiwer, from 0 (best)', () =>
    characterErrorRate({ emptyReference: 'insertions' }),
  ),
  qa_scores: text('FMEval’s five question-answering scores, 0 to 1; higher is better', () => qaScores()),
  squad_f1: {
    summary: 'SQuAD’s token F1, precision and recall over multisets, 0 to 1; higher is better',
    open: () => (hypothesis, references) => ({
      ...best(
        references,
        (target) => tokenMultisetScores(hypothesis, target),
        ({ f1 }) => f1,
      ),
    }),
  },
  exact_match: pair('1 where both are equal but for outer white space', exactMatch, 'higher'),
  quasi_exact_match: pair('1 where both have one QuAC normal form', quasiExactMatch, 'higher'),
  inclusion: pair('1 where the target is part of the output, case aside', inclusion, 'higher'),
  quasi_inclusion: pair('1 where the target’s normal form is part of the output’s', quasiInclusion, 'higher'),
  levenshtein: pair('edits between the two, by code points, from 0 (best)', levenshteinDistance, 'lower'),
  levenshtein_similarity: pair('1 − normalised Levenshtein distance', levenshteinSimilarity, 'higher'),
  jaro_winkler: pair('Jaro-Winkler similarity, 0 to 1', (a, b) => jaroWinklerSimilarity(a, b), 'higher'),
};

function text<Score>(summary: string, make: () => TextMetric<Score>): NamedMetric {
  return { summary, open: () => evaluator(make()) };
}

function evaluator<Score>(metric: TextMetric<Score>): Evaluate {
  return (hypothesis, references) => {
    const score = metric.score(metric.statistics(hypothesis, references));
    return typeof score === 'object' && score !== null ? Object.fromEntries(Object.entries(score)) : { score };
  };
}

/** Of several references the best score counts. */
function pair(
  summary: string,
  score: (hypothesis: string, reference: string) => number,
  better: 'higher' | 'lower',
): NamedMetric {
  const sign = better === 'higher' ? 1 : -1;
  return {
    summary,
    open: () => (hypothesis, references) => ({
      score: best(
        references,
        (reference) => score(hypothesis, reference),
        (value) => sign * value,
      ),
    }),
  };
}

function best<Score>(
  references: readonly string[],
  score: (reference: string) => Score,
  rank: (score: Score) => number,
): Score {
  return references.map(score).reduce((most, next) => (rank(next) > rank(most) ? next : most));
}
