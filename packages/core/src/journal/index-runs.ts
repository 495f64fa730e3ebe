/** Whole numbers as runs (first, count, first, count…): a few figures where they stand side by side. */
export function toRuns(indices: Iterable<number>): number[] {
  const sorted = Float64Array.from(indices).sort();
  const runs: number[] = [];
  let first = -1;
  let count = 0;
  for (const index of sorted) {
    if (index === first + count) {
      count += 1;
      continue;
    }
    if (count > 0) runs.push(first, count);
    first = index;
    count = 1;
  }
  if (count > 0) runs.push(first, count);
  return runs;
}

/** The numbers again, ascending. */
export function* fromRuns(runs: readonly number[]): Generator<number> {
  for (let at = 0; at < runs.length; at += 2) {
    for (let offset = 0; offset < runs[at + 1]!; offset += 1) yield runs[at]! + offset;
  }
}
