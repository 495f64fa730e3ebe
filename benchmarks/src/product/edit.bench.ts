import { levenshteinDistance, meteor, wordErrorRate } from '@assay/metrics';
import { loadWordNetSync } from '@assay/metrics/wordnet';
import type { TextPair } from '../corpora.ts';
import type { ProductCase } from './product-case.ts';

const wer = wordErrorRate();
let meteorMetric: ReturnType<typeof meteor> | undefined;

function werOfAll(pairs: readonly TextPair[]): void {
  const statistics = new Float64Array(wer.size);
  for (const { hypothesis, reference } of pairs) wer.add(statistics, hypothesis, [reference]);
  wer.score(statistics);
}

function meteorOfEach(pairs: readonly TextPair[]): void {
  meteorMetric ??= meteor({ wordNet: loadWordNetSync() });
  const statistics = new Float64Array(meteorMetric.size);
  for (const { hypothesis, reference } of pairs) {
    meteorMetric.add(statistics.fill(0), hypothesis, [reference]);
    meteorMetric.score(statistics);
  }
}

function levenshteinOfEach(pairs: readonly TextPair[]): void {
  for (const { hypothesis, reference } of pairs) levenshteinDistance(hypothesis, reference);
}

/** Alignments: the metrics of packages/metrics/src/edit and meteor. */
export const editCases: readonly ProductCase[] = [
  {
    metric: 'METEOR, tokenising included',
    peer: 'nltk',
    job: 'meteor',
    goals: { qa: 50, sum: 50, long: 30 },
    run: meteorOfEach,
  },
  { metric: 'WER', peer: 'jiwer, batch', job: 'wer', goals: { qa: 15, sum: 12, long: 5 }, run: werOfAll },
  {
    metric: 'Levenshtein by characters',
    peer: 'rapidfuzz (C++)',
    job: 'levenshtein',
    goals: { qa: 1, sum: 1.2, long: 1.5 },
    run: levenshteinOfEach,
  },
  {
    metric: 'Levenshtein by characters',
    peer: 'rapidfuzz (C++), batch',
    job: 'levenshtein_batch',
    goals: { qa: 1, sum: 1.2, long: 1.5 },
    run: levenshteinOfEach,
  },
];
