import type { NoInterval } from '../algorithms/corpus-figure.ts';
import type { ScoreSummary } from './summary.ts';

/** How an interval was made, in words; the last four are of runs of earlier versions. */
export const INTERVAL_METHODS: Readonly<Record<NonNullable<ScoreSummary['intervalMethod']>, string>> = {
  blaker: 'Blaker’s exact one for scores of 0 and 1',
  ends: 'Student’s with pseudo-observations at both ends of the range, for graded scores',
  'cluster-ends':
    'CR2 with Bell and McCaffrey’s degrees of freedom and pseudo-clusters at both ends, for samples that hang together',
  'weighted-ends':
    'CR2 with pseudo-clusters at both ends of the range, each sample (or cluster) as large as its weight',
  'one-cluster': 'the whole range, where all samples, or all weight, are of one cluster',
  corrected: 'of human labels corrected by the judge’s scores (docs/judges.md)',
  recalibrated: 'of human labels corrected by the judge’s scores, whose levels are re-estimated from the labels',
  slope: 'of the slope of label on judge, cautious at both ends',
  'pseudo-jackknife': 'jackknife with a best and a worst pseudo sample, for scores over the corpus',
  delong: 'DeLong’s with pseudo samples at both ends, for areas under the ROC curve',
  sequence:
    'confidence sequences, which hold after every sample at once: the run may stop when it pleases, and pays for that with wider intervals than a fixed number of samples would give',
  'predicted-sequence':
    'confidence sequences of the mean over the rows of the dataset, with what earlier runs predict of each row taken off',
  student: 'Student’s for means',
  wilson: 'Wilson’s for scores of 0 and 1',
  bootstrap: 'bootstrap',
  cluster: 'Student’s over clusters, for samples that hang together',
};

/** In words, that means are weighted, and what that costs; null where no figure is. */
export function weightWords(scores: readonly Pick<ScoreSummary, 'n' | 'effectiveSamples'>[]): string | null {
  const found = scores.find(({ effectiveSamples }) => effectiveSamples !== undefined);
  if (found === undefined) return null;
  const worth = Number(found.effectiveSamples!.toPrecision(3)).toLocaleString('en-US');
  return `means are weighted: ${found.n.toLocaleString('en-US')} samples count like ${worth} of equal weight`;
}

/** Why a figure has no interval, in words. */
export const NO_INTERVAL: Readonly<Record<NoInterval, string>> = {
  no_samples: 'no sample has this score',
  one_sample: 'one sample says nothing of others',
  one_cluster: 'all samples are of one cluster, which says nothing of others',
  unbounded: 'a mean without bounds has none: one value that was not seen could move it anywhere',
  no_range: 'every possible score is the same',
  out_of_range: 'a score lies outside the range that its algorithm declares',
  count: 'it is a count of these samples',
  p_value: 'it is a p-value',
  undefined: 'it is undefined on these samples',
  no_method: 'no method is known to cover it',
  clusters: 'no method is known to cover it where samples come in clusters',
  weights: 'samples count by weights, and no method for this figure carries them',
  no_weight: 'the weights of its samples sum to 0',
  no_labels: 'no sample with a score of the judge has a human label',
  early_stop: 'the scores themselves decided how many samples there are',
};
