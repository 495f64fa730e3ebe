import type { CorpusScore } from './corpus-score.ts';

/**
 * Macro F1 of C classes: rows [true positives by class, predicted + actual by class]. A class of which the sums hold
 * nothing makes it NaN.
 */
export function macroF1Score(classes: number): CorpusScore {
  return perClass(classes, 2, (hits, sizes) => (2 * hits) / sizes);
}

/**
 * Mean over C classes of hits over size: macro recall and balanced accuracy with rows [hits, actual by class], macro
 * precision with [hits, predicted by class]. A class of which the sums hold nothing makes it NaN.
 */
export function meanClassRate(classes: number): CorpusScore {
  return perClass(classes, 1, (hits, sizes) => hits / sizes);
}

function perClass(classes: number, size: number, rate: (hits: number, size: number) => number): CorpusScore {
  const row = (at: number, hit: number) => {
    const values = new Float64Array(2 * classes);
    values[at] = hit;
    values[classes + at] = size;
    return values;
  };
  const each = Array.from({ length: classes }, (_, at) => at);
  return {
    statistic: (sums) => each.reduce((total, at) => total + rate(sums[at]!, sums[classes + at]!), 0) / classes,
    pseudoRows: () => each.map((at) => [row(at, 1), row(at, 0)] as const),
    range: [0, 1],
  };
}

/** Cohen's kappa of K categories: rows are the K × K table of one sample, row by row, a single 1 in it. */
export function kappaScore(categories: number): CorpusScore {
  const row = (first: number, second: number) => {
    const table = new Float64Array(categories ** 2);
    table[first * categories + second] = 1;
    return table;
  };
  return {
    statistic: (sums) => kappaOf(sums, categories),
    pseudoRows: () =>
      Array.from({ length: categories }, (_, at) => [row(at, at), row(at, (at + 1) % categories)] as const),
    range: [-1, 1],
  };
}

function kappaOf(table: Float64Array, categories: number): number {
  const rows = new Float64Array(categories);
  const columns = new Float64Array(categories);
  let total = 0;
  let agreed = 0;
  for (let i = 0; i < categories; i++) {
    for (let j = 0; j < categories; j++) {
      const count = table[i * categories + j]!;
      rows[i]! += count;
      columns[j]! += count;
      total += count;
      if (i === j) agreed += count;
    }
  }
  const chance = rows.reduce((sum, count, at) => sum + count * columns[at]!, 0) / total ** 2;
  return (agreed / total - chance) / (1 - chance);
}
