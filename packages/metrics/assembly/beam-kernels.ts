// TER's edit distance within sacreBLEU's beam, a row of cells in one machine word (Myers 1999 in Hyyrö's 2003 form). Bits run
// along the reference; a row has the words of its differences, D[j] - D[j-1] = +1 and -1. Row i has the columns from..to-1 of
// the beam (at most 50), and its bit 0 is column w + 1, w = max(0, from - 1). What lies outside the beam must never be the
// cheapest way to a cell inside:
// - Right of the row above, cells are taken to rise by one, and its words match nothing from the second one on.
// - Left of the beam, column w is taken to rise by one a row. Where the beam has not moved since the row above, there is no
//   diagonal into its first column, so that the word there matches nothing.
//
// Backward rows are forward rows of both texts reversed: row n - i, column m - j.
//
// The host lays out memory. A row of the shape is 24 bytes: the bits that may match (u64), the bits of the row above that are
// cells (u64), w (u32), and by how much w has moved (u32). A row of the matrix is 40 bytes: rising (u64), falling (u64), equal
// to the diagonal (u64), one more than above (u64), the cost in column w (i32), the row's smallest cost or -1 (i32). A word's
// matches are `stride` bytes, a bit for each word of the reference, zero between pairs; word 0 is in no reference.

const SHAPE: i32 = 24;
const ROW: i32 = 40;

// @ts-expect-error: decorator
@inline
function low(bits: i32): u64 {
  return bits >= 64 ? ~(<u64>0) : ((<u64>1) << (<u64>bits)) - 1;
}

/** Writes the shape of rows 1..rows; `from` and `to` hold the beam of rows 0..rows. */
export function shape(from: usize, to: usize, step: i32, rows: i32, flip: i32, out: usize): void {
  let previousFrom = flip ? flip - load<i32>(to) : load<i32>(from);
  let previousTo = flip ? flip - load<i32>(from) : load<i32>(to);
  let previousLeft = max(0, previousFrom - 1);
  for (let i = 1; i <= rows; i++) {
    from += step;
    to += step;
    out += SHAPE;
    const first = flip ? flip - load<i32>(to) : load<i32>(from);
    const left = max(0, first - 1);
    const closed = first > 0 && first == previousFrom;
    store<u64>(out, low(previousTo - left) & (closed ? ~(<u64>1) : ~(<u64>0)));
    store<u64>(out, low(min(previousTo - 1 - left, 64 - (left - previousLeft))), 8);
    store<i32>(out, left, 16);
    store<i32>(out, left - previousLeft, 20);
    previousFrom = first;
    previousTo = flip ? flip - load<i32>(from) : load<i32>(to);
    previousLeft = left;
  }
}

/** Sets a bit for each word of the reference, forward and backward, or takes them away. */
export function mark(reference: usize, m: i32, table: usize, reversed: usize, stride: i32, set: i32): void {
  for (let j = 0; j < m; j++) {
    const word = <usize>load<i32>(reference + ((<usize>j) << 2)) * stride;
    const k = m - 1 - j;
    const at = table + word + (j >> 3);
    const other = reversed + word + (k >> 3);
    const bit: i32 = 1 << (j & 7);
    const otherBit: i32 = 1 << (k & 7);
    store<u8>(at, <u8>(set ? <i32>load<u8>(at) | bit : 0));
    store<u8>(other, <u8>(set ? <i32>load<u8>(other) | otherBit : 0));
  }
}

/**
 * Fills the rows first..last of a matrix from the row before them, for the words at `words`, `step` bytes apart. With a target
 * only the last row is kept, and there.
 */
export function fill(
  shapes: usize,
  table: usize,
  stride: i32,
  matrix: usize,
  words: usize,
  step: i32,
  first: i32,
  last: i32,
  target: usize,
): void {
  let row = matrix + <usize>(first - 1) * ROW;
  let outline = shapes + <usize>first * SHAPE;
  let rising = load<u64>(row);
  let falling = load<u64>(row, 8);
  let left = load<i32>(row, 32);
  let diagonal: u64 = 0;
  let more: u64 = 0;
  for (let i = first; i <= last; i++) {
    const moved = load<u32>(outline, 20);
    const cells = load<u64>(outline, 8);
    const passed = low(moved);
    left += 1 + <i32>popcnt<u64>(rising & passed) - <i32>popcnt<u64>(falling & passed);
    rising = (rising >> (<u64>moved)) | ~cells;
    falling = (falling >> (<u64>moved)) & cells;
    const w = load<u32>(outline, 16);
    const equal =
      (load<u64>(table + <usize>load<i32>(words) * stride + (w >> 3)) >> (<u64>(w & 7))) & load<u64>(outline);
    diagonal = (((equal & rising) + rising) ^ rising) | equal | falling;
    more = falling | ~(diagonal | rising);
    const moreLeft = (more << 1) | 1;
    const lessLeft = (diagonal & rising) << 1;
    rising = lessLeft | ~(diagonal | moreLeft);
    falling = moreLeft & diagonal;
    if (!target) {
      row += ROW;
      store<u64>(row, rising);
      store<u64>(row, falling, 8);
      store<u64>(row, diagonal, 16);
      store<u64>(row, more, 24);
      store<i32>(row, left, 32);
      store<i32>(row, -1, 36);
    }
    words += step;
    outline += SHAPE;
  }
  if (target) {
    store<u64>(target, rising);
    store<u64>(target, falling, 8);
    store<i32>(target, left, 32);
  }
}

/** Cost of a row in column w + `bits`. */
export function cost(row: usize, bits: i32): i32 {
  const passed = low(bits);
  return load<i32>(row, 32) + <i32>popcnt<u64>(load<u64>(row) & passed) - <i32>popcnt<u64>(load<u64>(row, 8) & passed);
}

/** Sixteen differences of a row as their sums from the first, plus the last of `before`. */
function sums(rising: v128, falling: v128, which: v128, before: v128): v128 {
  const bit = i64x2.splat(0x8040201008040201);
  const none = i64x2.splat(0);
  let sum = i8x16.sub(
    i8x16.eq(v128.and(v128.swizzle(falling, which), bit), bit),
    i8x16.eq(v128.and(v128.swizzle(rising, which), bit), bit),
  );
  sum = i8x16.add(sum, v128.shuffle<i8>(none, sum, 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30));
  sum = i8x16.add(sum, v128.shuffle<i8>(none, sum, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29));
  sum = i8x16.add(sum, v128.shuffle<i8>(none, sum, 0, 0, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27));
  sum = i8x16.add(sum, v128.shuffle<i8>(none, sum, 0, 0, 0, 0, 0, 0, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23));
  return i8x16.add(sum, i8x16.splat(i8x16.extract_lane_s(before, 15)));
}

/** Writes the costs of a row, less that of column w, as 64 bytes at out + 16, and a 0 before them. */
function writeCosts(row: usize, out: usize): void {
  const rising = i64x2.splat(load<u64>(row));
  const falling = i64x2.splat(load<u64>(row, 8));
  const none = i64x2.splat(0);
  const a = sums(rising, falling, i8x16(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1), none);
  const b = sums(rising, falling, i8x16(2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3), a);
  const c = sums(rising, falling, i8x16(4, 4, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 5, 5), b);
  const d = sums(rising, falling, i8x16(6, 6, 6, 6, 6, 6, 6, 6, 7, 7, 7, 7, 7, 7, 7, 7), c);
  v128.store(out, none);
  v128.store(out, a, 16);
  v128.store(out, b, 32);
  v128.store(out, c, 48);
  v128.store(out, d, 64);
}

/** As writeCosts, the other way round: 64 bytes at out, and a 0 after them. */
function writeCostsReversed(row: usize, out: usize): void {
  writeCosts(row, out);
  const back = i8x16(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  const a = v128.swizzle(v128.load(out, 16), back);
  const b = v128.swizzle(v128.load(out, 32), back);
  const c = v128.swizzle(v128.load(out, 48), back);
  const d = v128.swizzle(v128.load(out, 64), back);
  v128.store(out, d);
  v128.store(out, c, 16);
  v128.store(out, b, 32);
  v128.store(out, a, 48);
  v128.store(out, i64x2.splat(0), 64);
}

/** The smallest of `count` (1..64) sums of two lists of bytes; the second may be missing. */
function smallest(one: usize, other: usize, count: i32): i32 {
  const lane = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  let least = i8x16.splat(127);
  for (let k = 0; k < count; k += 16) {
    let sum = v128.load(one + k);
    if (other) sum = i8x16.add(sum, v128.load(other + k));
    const inside = i8x16.lt_s(lane, i8x16.splat(<i8>min(count - k, 16)));
    least = i8x16.min_s(least, v128.bitselect(sum, i8x16.splat(127), inside));
  }
  least = i8x16.min_s(least, v128.shuffle<i8>(least, least, 8, 9, 10, 11, 12, 13, 14, 15, 0, 0, 0, 0, 0, 0, 0, 0));
  least = i8x16.min_s(least, v128.shuffle<i8>(least, least, 4, 5, 6, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  least = i8x16.min_s(least, v128.shuffle<i8>(least, least, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  return min(<i32>i8x16.extract_lane_s(least, 0), <i32>i8x16.extract_lane_s(least, 1));
}

/** Smallest cost of a row whose beam is from..to-1; kept in the row. */
export function rowMinimum(row: usize, from: i32, to: i32, scratch: usize): i32 {
  const kept = load<i32>(row, 36);
  if (kept >= 0) return kept;
  writeCosts(row, scratch);
  const found = load<i32>(row, 32) + smallest(scratch + (from > 0 ? 16 : 15), 0, to - from);
  store<i32>(row, found, 36);
  return found;
}

/** Smallest cost of a path through one row of the beam from..to-1, from its forward and its backward row. */
export function joined(forward: usize, backward: usize, from: i32, to: i32, m: i32, scratch: usize): i32 {
  const reversed = scratch + 96;
  writeCosts(forward, scratch);
  writeCostsReversed(backward, reversed);
  // Column j is byte 63 - (m - j - w - 1) of the reversed row, w = max(0, m - to).
  const other = reversed + (from + 64 - m + max(0, m - to));
  return load<i32>(forward, 32) + load<i32>(backward, 32) + smallest(scratch + (from > 0 ? 16 : 15), other, to - from);
}

/**
 * Reads alignment and errors off the best path: from the end, a kept or replaced word before a deletion before an insertion,
 * where they cost the same. `align` gets the word of the hypothesis at each of the reference; errors become sums of those
 * before each position.
 */
export function trace(
  shapes: usize,
  matrix: usize,
  from: usize,
  to: usize,
  words: usize,
  n: i32,
  reference: usize,
  m: i32,
  align: usize,
  wordErrors: usize,
  referenceErrors: usize,
): void {
  let i = n;
  let j = m;
  while (i > 0 || j > 0) {
    if (i > 0) {
      const row = matrix + <usize>i * ROW;
      const w = load<i32>(shapes + <usize>i * SHAPE, 16);
      const bit = <u64>(j - 1 - w);
      const above = (<usize>(i - 1)) << 2;
      const first = load<i32>(from + above);
      const end = load<i32>(to + above);
      if (j > 0 && j > first && j <= end) {
        const error =
          load<i32>(words + above) == load<i32>(reference + ((<usize>(j - 1)) << 2)) ? 0 : 1;
        if (!error || !((load<u64>(row, 16) >> bit) & 1)) {
          store<i32>(align + ((<usize>(j - 1)) << 2), i - 1);
          store<i32>(wordErrors + ((<usize>i) << 2), error);
          store<i32>(referenceErrors + ((<usize>j) << 2), error);
          i--;
          j--;
          continue;
        }
      }
      if (j >= first && j < end && (j == 0 || (load<u64>(row, 24) >> bit) & 1)) {
        store<i32>(wordErrors + ((<usize>i) << 2), 1);
        i--;
        continue;
      }
    }
    store<i32>(align + ((<usize>(j - 1)) << 2), i - 1);
    store<i32>(referenceErrors + ((<usize>j) << 2), 1);
    j--;
  }
  let sum = 0;
  store<i32>(wordErrors, 0);
  for (let k = 1; k <= n; k++) {
    sum += load<i32>(wordErrors + ((<usize>k) << 2));
    store<i32>(wordErrors + ((<usize>k) << 2), sum);
  }
  sum = 0;
  store<i32>(referenceErrors, 0);
  for (let k = 1; k <= m; k++) {
    sum += load<i32>(referenceErrors + ((<usize>k) << 2));
    store<i32>(referenceErrors + ((<usize>k) << 2), sum);
  }
}
