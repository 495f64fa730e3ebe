import type { BleuOptions } from '../../overlap/bleu-options.ts';
import { bleuScore } from '../../overlap/bleu-score.ts';
import type { ChrfOptions } from '../../overlap/chrf-options.ts';
import { chrfScore } from '../../overlap/chrf-score.ts';
import type { CorpusScore } from './corpus-score.ts';

/**
 * A ratio of two sums, such as errors over words: rows [numerator, denominator].
 * @param range @default [0, Infinity], as an error rate may pass 1
 * @param scale that the ratio is shown in, 100 for per cent @default 1
 */
export function ratioScore(range: readonly [number, number] = [0, Number.POSITIVE_INFINITY], scale = 1): CorpusScore {
  return {
    statistic: (sums) => (scale * sums[0]!) / sums[1]!,
    pseudoRows: ([, size]) => [[Float64Array.of(size!, size!), Float64Array.of(0, size!)]],
    range,
  };
}

/**
 * Corpus BLEU in [0, 100]: rows as {@link bleuScore} takes them. The best sample matches every n-gram at the mean
 * reference length, the worst none.
 */
export function bleuCorpusScore(options: BleuOptions = {}): CorpusScore {
  const orders = options.maxOrder ?? 4;
  return {
    statistic: (sums) => bleuScore(sums, options).score,
    pseudoRows: (mean) => {
      const best = mean.slice();
      best[0] = mean[1]!;
      best.copyWithin(2, 2 + orders, 2 + 2 * orders);
      const worst = best.slice();
      worst.fill(0, 2, 2 + orders);
      return [[best, worst]];
    },
    range: [0, 100],
  };
}

/** Corpus chrF in [0, 100]: rows as {@link chrfScore} takes them; the best sample is its reference. */
export function chrfCorpusScore(options: ChrfOptions = {}): CorpusScore {
  return {
    statistic: (sums) => chrfScore(sums, options),
    pseudoRows: (mean) => {
      const best = mean.slice();
      const worst = mean.slice();
      for (let at = 0; at < mean.length; at += 3) {
        best[at] = mean[at + 1]!;
        best[at + 2] = mean[at + 1]!;
        worst[at] = mean[at + 1]!;
        worst[at + 2] = 0;
      }
      return [[best, worst]];
    },
    range: [0, 100],
  };
}
