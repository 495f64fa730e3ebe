/** Ranks from 1, ties sharing their mean rank, and how many values each distinct value has, rising. */
export interface Ranking {
  readonly ranks: Float64Array;
  readonly tieSizes: readonly number[];
}

/** Ranks of the values in rising order. */
export function rankAverage(values: ArrayLike<number>): Ranking {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  const tieSizes: number[] = [];
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let i = start; i < end; i++) ranks[order[i]!] = (start + 1 + end) / 2;
    tieSizes.push(end - start);
    start = end;
  }
  return { ranks, tieSizes };
}
