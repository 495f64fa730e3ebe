/** Bytes from … to (exclusive). */
export type ByteRange = readonly [from: number, to: number];

/** Ranges of `wanted` that are in none of `held`. @param held ascending, apart */
export function missingRanges(held: readonly ByteRange[], [from, to]: ByteRange): ByteRange[] {
  const missing: ByteRange[] = [];
  let at = from;
  for (const [start, end] of held) {
    if (end <= at || start >= to) continue;
    if (start > at) missing.push([at, start]);
    at = Math.max(at, end);
  }
  if (at < to) missing.push([at, to]);
  return missing;
}

/** Both together, ascending, those that touch as one. */
export function joinRanges(a: readonly ByteRange[], b: readonly ByteRange[]): ByteRange[] {
  const joined: [number, number][] = [];
  for (const [from, to] of [...a, ...b].sort((one, other) => one[0] - other[0])) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else if (from < to) joined.push([from, to]);
  }
  return joined;
}

export function bytesIn(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from, 0);
}
