// Bit-parallel edit distance (Myers 1999 in Hyyrö's 2003 form) and longest common subsequence (Hyyrö 2004), 64 cells a
// word. The pattern is cut into stripes of 256 rows; a stripe runs over the columns of the text. Its four words run skewed,
// word k on column t - k at step t: the carries between them then come from the step before, the four computations are
// independent, and fit two lanes each of two 128-bit vectors whose state stays in registers. Words 0 and 2 share a vector and
// words 1 and 3 the other, so that carries pass from the first to the second without moving between lanes.
//
// The host lays out memory. A symbol is a row of the match table: 32 bytes, one word a lane, all zero between calls; symbol
// 0 stands for whatever the pattern lacks. The carry into a column from the stripe above is 16 bytes: a word whose top bit
// says "horizontal +1" (or "the adder overflowed"), then one for "horizontal -1". The kernel touches up to three carries and
// symbols on either side of the text, so what follows a text must be symbols as well. `bounds` holds first and end column of each stripe, both non-decreasing; outside them a
// path is taken to cost one a step, so that results are upper bounds, and exact where an optimal path lies inside.

const STRIPE: i32 = 256;
const TOP: i64 = 1 << 63;

// @ts-expect-error: decorator
@inline
function symbol(at: usize, index: i32): usize {
  return <usize>load<u32>(at + ((<usize>index) << 2)) << 5;
}

// @ts-expect-error: decorator
@inline
function setMatches(pattern: usize, from: i32, to: i32, table: usize): void {
  for (let i = from; i < to; i++) {
    const offset = i - from;
    const address = table + symbol(pattern, i) + ((<usize>(offset >> 6)) << 3);
    store<u64>(address, load<u64>(address) | ((<u64>1) << (<u64>(offset & 63))));
  }
}

// @ts-expect-error: decorator
@inline
function clearMatches(pattern: usize, from: i32, to: i32, table: usize): void {
  const zero = i64x2.splat(0);
  for (let i = from; i < to; i++) {
    const address = table + symbol(pattern, i);
    v128.store(address, zero);
    v128.store(address, zero, 16);
  }
}

// @ts-expect-error: decorator
@inline
function fillCarries(carries: usize, from: i32, to: i32, plus: i64): void {
  const value = i64x2.replace_lane(i64x2.splat(0), 0, plus);
  for (let j = from; j < to; j++) v128.store(carries + ((<usize>j) << 4), value);
}

/** One word of 64 rows over columns from..to-1, by general registers. */
// @ts-expect-error: decorator
@inline
function narrowStripe(
  text: usize,
  from: i32,
  to: i32,
  table: usize,
  carries: usize,
  target: usize,
  record: usize,
  columnBytes: usize,
): void {
  let vp: u64 = ~0;
  let vn: u64 = 0;
  for (let j = from; j < to; j++) {
    const carry = carries + ((<usize>j) << 4);
    const hpIn = load<u64>(carry) >> 63;
    const hnIn = load<u64>(carry, 8) >> 63;
    const x = load<u64>(table + symbol(text, j)) | hnIn;
    const d0 = (((x & vp) + vp) ^ vp) | (x | vn);
    const hpTwice = (vn | ~(d0 | vp)) << 1;
    const hn = ((d0 & vp) << 1) | hnIn;
    vp = hn | ~(d0 | hpIn | hpTwice);
    vn = (hpTwice | hpIn) & d0;
    if (record) {
      const at = record + <usize>j * columnBytes;
      store<u64>(at, vp);
      store<u64>(at, vn, 8);
    }
  }
  store<u64>(target, vp);
  store<u64>(target, vn, 8);
}

/** Two to four words of 64 rows over columns from..to-1. The state is ~VP, not VP: that way no step needs a complement. */
// @ts-expect-error: decorator
@inline
function wideStripe(
  text: usize,
  from: i32,
  to: i32,
  table: usize,
  carries: usize,
  target: usize,
  record: usize,
  columnBytes: usize,
  lanes: i32,
): void {
  const zero = i64x2.splat(0);
  let notVpA = zero;
  let vnA = zero;
  let notVpB = zero;
  let vnB = zero;
  let hpA = zero;
  let hnA = zero;
  let hpB = zero;
  let hnB = zero;
  let s0 = table;
  let s1 = table;
  let s2 = table;
  let carry = carries + ((<usize>from) << 4);
  let at = text + ((<usize>from) << 2);
  const lastAt = text + ((<usize>to) << 2) - 4;
  const endAt = lastAt + ((<usize>lanes) << 2);
  for (; at < endAt; at += 4, carry += 16) {
    const s3 = s2;
    s2 = s1;
    s1 = s0;
    s0 = table + (<usize>load<u32>(at) << 5);
    const hpInA = i64x2.shr_u(v128.shuffle<i64>(v128.load_zero<u64>(carry), hpB, 0, 2), 63);
    const hnInA = i64x2.shr_u(v128.shuffle<i64>(v128.load_zero<u64>(carry, 8), hnB, 0, 2), 63);
    const hpInB = i64x2.shr_u(hpA, 63);
    const hnInB = i64x2.shr_u(hnA, 63);

    const xA = v128.or(v128.load_lane<u64>(s2, v128.load_zero<u64>(s0), 1, 16), hnInA);
    const d0A = v128.or(
      v128.xor(i64x2.sub(notVpA, v128.andnot(xA, notVpA)), notVpA),
      v128.or(xA, vnA),
    );
    hpA = v128.or(vnA, v128.andnot(notVpA, d0A));
    hnA = v128.andnot(d0A, notVpA);
    const hpTwiceA = i64x2.add(hpA, hpA);
    vnA = v128.and(v128.or(hpTwiceA, hpInA), d0A);
    notVpA = v128.andnot(
      v128.or(v128.or(d0A, hpInA), hpTwiceA),
      v128.or(i64x2.add(hnA, hnA), hnInA),
    );

    const xB = v128.or(v128.load_lane<u64>(s3, v128.load_zero<u64>(s1, 8), 1, 24), hnInB);
    const d0B = v128.or(
      v128.xor(i64x2.sub(notVpB, v128.andnot(xB, notVpB)), notVpB),
      v128.or(xB, vnB),
    );
    hpB = v128.or(vnB, v128.andnot(notVpB, d0B));
    hnB = v128.andnot(d0B, notVpB);
    const hpTwiceB = i64x2.add(hpB, hpB);
    vnB = v128.and(v128.or(hpTwiceB, hpInB), d0B);
    notVpB = v128.andnot(
      v128.or(v128.or(d0B, hpInB), hpTwiceB),
      v128.or(i64x2.add(hnB, hnB), hnInB),
    );

    // Word 3 has just finished column t - 3. Before that, and in a last stripe of fewer words, nobody reads this.
    v128.store_lane<u64>(carry - 48, hpB, 1);
    v128.store_lane<u64>(carry - 48, hnB, 1, 8);

    if (record) {
      const t = <i32>((at - text) >> 2);
      const column = record + <usize>t * columnBytes;
      const vpA = v128.not(notVpA);
      const vpB = v128.not(notVpB);
      if (t < to) {
        v128.store_lane<u64>(column, vpA, 0);
        v128.store_lane<u64>(column, vnA, 0, 8);
      }
      if (t >= from + 1 && t < to + 1) {
        v128.store_lane<u64>(column - columnBytes, vpB, 0, 16);
        v128.store_lane<u64>(column - columnBytes, vnB, 0, 24);
      }
      if (lanes > 2 && t >= from + 2 && t < to + 2) {
        v128.store_lane<u64>(column - 2 * columnBytes, vpA, 1, 32);
        v128.store_lane<u64>(column - 2 * columnBytes, vnA, 1, 40);
      }
      if (lanes > 3 && t >= from + 3) {
        v128.store_lane<u64>(column - 3 * columnBytes, vpB, 1, 48);
        v128.store_lane<u64>(column - 3 * columnBytes, vnB, 1, 56);
      }
    }
    if (at >= lastAt) {
      // Each word is done with its last column at another step: save it before the next step spoils it.
      const late = at - lastAt;
      if (late == 0) {
        v128.store_lane<u64>(target, v128.not(notVpA), 0);
        v128.store_lane<u64>(target, vnA, 0, 8);
      } else if (late == 4) {
        v128.store_lane<u64>(target, v128.not(notVpB), 0, 16);
        v128.store_lane<u64>(target, vnB, 0, 24);
      } else if (late == 8) {
        v128.store_lane<u64>(target, v128.not(notVpA), 1, 32);
        v128.store_lane<u64>(target, vnA, 1, 40);
      } else {
        v128.store_lane<u64>(target, v128.not(notVpB), 1, 48);
        v128.store_lane<u64>(target, vnB, 1, 56);
      }
    }
  }
}

/** Sum of the vertical deltas of the first `rows` rows of the column at `out`: VP and VN of each word in turn. */
// @ts-expect-error: decorator
@inline
function deltaSum(out: usize, rows: i32): i32 {
  let sum = 0;
  for (let word = 0; word << 6 < rows; word++) {
    const left = rows - (word << 6);
    const mask: u64 = left >= 64 ? ~(<u64>0) : ((<u64>1) << (<u64>left)) - 1;
    const at = out + ((<usize>word) << 4);
    sum += <i32>popcnt<u64>(load<u64>(at) & mask) - <i32>popcnt<u64>(load<u64>(at, 8) & mask);
  }
  return sum;
}

// @ts-expect-error: decorator
@inline
function deltaAt(out: usize, row: i32): i32 {
  const at = out + ((<usize>(row >> 6)) << 4);
  const bit = <u64>(row & 63);
  return <i32>((load<u64>(at) >> bit) & 1) - <i32>((load<u64>(at, 8) >> bit) & 1);
}

/** All columns: leaves the last column's VP and VN at `out`, and every column's at `record` unless that is 0. */
function allColumns(
  pattern: usize,
  rows: i32,
  text: usize,
  columns: i32,
  table: usize,
  carries: usize,
  out: usize,
  record: usize,
): void {
  const columnBytes = (<usize>((rows + 63) >> 6)) << 4;
  fillCarries(carries, 0, columns, TOP);
  for (let from = 0; from < rows; from += STRIPE) {
    const to = min(from + STRIPE, rows);
    const offset = (<usize>(from >> 6)) << 4;
    const at = record ? record + offset : 0;
    setMatches(pattern, from, to, table);
    if (to - from <= 64) narrowStripe(text, 0, columns, table, carries, out + offset, at, columnBytes);
    else wideStripe(text, 0, columns, table, carries, out + offset, at, columnBytes, (to - from + 63) >> 6);
    clearMatches(pattern, from, to, table);
  }
}

// @ts-expect-error: decorator
@inline
function carrySum(carries: usize, from: i32, to: i32): i32 {
  let sum = 0;
  for (let j = from; j < to; j++) {
    const carry = carries + ((<usize>j) << 4);
    sum += <i32>(load<u64>(carry) >> 63) - <i32>(load<u64>(carry, 8) >> 63);
  }
  return sum;
}

/** Levenshtein distance within the stripes' bounds; the first bound is 0 and the last `columns`. */
export function distance(
  pattern: usize,
  rows: i32,
  text: usize,
  columns: i32,
  table: usize,
  carries: usize,
  out: usize,
  bounds: usize,
): i32 {
  fillCarries(carries, 0, columns, TOP);
  // The value at the upper left corner of the stripe's first column; once a stripe has the last column, at its upper right.
  let corner = 0;
  let first = 0;
  let complete = false;
  for (let from = 0; from < rows; from += STRIPE) {
    const to = min(from + STRIPE, rows);
    const next = load<i32>(bounds);
    const end = load<i32>(bounds, 4);
    bounds += 8;
    if (!complete) {
      corner += carrySum(carries, first, next);
      if (end == columns) {
        complete = true;
        corner += from == 0 ? columns : carrySum(carries, next, columns);
      } else {
        corner += to - from;
      }
    }
    first = next;
    setMatches(pattern, from, to, table);
    if (to - from <= 64) narrowStripe(text, first, end, table, carries, out, 0, 0);
    else wideStripe(text, first, end, table, carries, out, 0, 0, (to - from + 63) >> 6);
    clearMatches(pattern, from, to, table);
    if (complete) corner += deltaSum(out, to - from);
  }
  return corner;
}

// @ts-expect-error: decorator
@inline
function reverse(from: usize, length: i32, to: usize): void {
  for (let i = 0; i < length; i++) {
    store<u32>(to + ((<usize>(length - 1 - i)) << 2), load<u32>(from + ((<usize>i) << 2)));
  }
}

/**
 * Hirschberg's split: the leftmost pattern position through which an optimal alignment passes at half of the text. Writes
 * position, score of the left part and score of the right part as three i32 at `result`.
 */
export function split(
  pattern: usize,
  rows: i32,
  text: usize,
  columns: i32,
  table: usize,
  carries: usize,
  out: usize,
  scratch: usize,
  result: usize,
): void {
  const half = columns >> 1;
  const rest = columns - half;
  const rightOut = out + ((<usize>((rows + 63) >> 6)) << 4);
  const reversedText = scratch + ((<usize>rows) << 2) + 64;
  reverse(pattern, rows, scratch);
  reverse(text + ((<usize>half) << 2), rest, reversedText);
  v128.store(reversedText + ((<usize>rest) << 2), i64x2.splat(0));
  allColumns(scratch, rows, reversedText, rest, table, carries, rightOut, 0);
  allColumns(pattern, rows, text, half, table, carries, out, 0);
  let left = half;
  let right = rest + deltaSum(rightOut, rows);
  let best = left + right;
  let bestLeft = left;
  let bestAt = 0;
  for (let i = 0; i < rows; i++) {
    left += deltaAt(out, i);
    right -= deltaAt(rightOut, rows - 1 - i);
    if (left + right < best) {
      best = left + right;
      bestLeft = left;
      bestAt = i + 1;
    }
  }
  store<i32>(result, bestAt);
  store<i32>(result, bestLeft, 4);
  store<i32>(result, best - bestLeft, 8);
}

/**
 * Aligns two sequences through the recorded matrix and writes the operations backwards, ending before `end`, one byte each:
 * 0 equal, 1 replace, 2 delete (pattern only), 3 insert (text only). A tie goes to delete, then insert, then replace, as in
 * rapidfuzz. Returns the address of the first operation.
 */
export function align(
  pattern: usize,
  rows: i32,
  text: usize,
  columns: i32,
  table: usize,
  carries: usize,
  out: usize,
  record: usize,
  end: usize,
): usize {
  allColumns(pattern, rows, text, columns, table, carries, out, record);
  const columnBytes = (<usize>((rows + 63) >> 6)) << 4;
  let row = rows;
  let column = columns;
  while (row > 0 && column > 0) {
    const bit = <u64>((row - 1) & 63);
    const at = record + <usize>(column - 1) * columnBytes + ((<usize>((row - 1) >> 6)) << 4);
    if ((load<u64>(at) >> bit) & 1) {
      row--;
      store<u8>(--end, 2);
    } else {
      column--;
      if (column > 0 && (load<u64>(at - columnBytes, 8) >> bit) & 1) {
        store<u8>(--end, 3);
      } else {
        row--;
        store<u8>(--end, symbol(pattern, row) == symbol(text, column) ? 0 : 1);
      }
    }
  }
  while (row > 0) {
    row--;
    store<u8>(--end, 2);
  }
  while (column > 0) {
    column--;
    store<u8>(--end, 3);
  }
  return end;
}

/** Length of the longest common subsequence. */
export function lcs(
  pattern: usize,
  rows: i32,
  text: usize,
  columns: i32,
  table: usize,
  carries: usize,
): i32 {
  const ones = i64x2.splat(-1);
  const zero = i64x2.splat(0);
  let length = 0;
  fillCarries(carries, -3, columns + 3, 0);
  for (let from = 0; from < rows; from += STRIPE) {
    const to = min(from + STRIPE, rows);
    const lanes = (to - from + 63) >> 6;
    setMatches(pattern, from, to, table);
    if (lanes == 1) {
      let v: u64 = ~0;
      for (let j = 0; j < columns; j++) {
        const u = v & load<u64>(table + symbol(text, j));
        v = (v + u + (load<u64>(carries + ((<usize>j) << 4)) >> 63)) | (v - u);
      }
      length += <i32>popcnt<u64>(~v);
    } else {
      let vA = ones;
      let vB = ones;
      let overA = zero;
      let overB = zero;
      let s0 = table;
      let s1 = table;
      let s2 = table;
      for (let t = 0; t < columns + lanes - 1; t++) {
        const s3 = s2;
        s2 = s1;
        s1 = s0;
        // A word past its last column must not change any more, for it is counted after the loop: no match, no carry.
        s0 = t < columns ? table + symbol(text, t) : table;
        const carry = carries + ((<usize>t) << 4);
        const inA = i64x2.shr_u(v128.shuffle<i64>(v128.load_zero<u64>(carry), overB, 0, 2), 63);
        const inB = i64x2.shr_u(overA, 63);
        const uA = v128.and(v128.load_lane<u64>(s2, v128.load_zero<u64>(s0), 1, 16), vA);
        const sumA = i64x2.add(i64x2.add(vA, uA), inA);
        overA = v128.or(uA, v128.andnot(vA, sumA));
        vA = v128.or(sumA, v128.andnot(vA, uA));
        const uB = v128.and(v128.load_lane<u64>(s3, v128.load_zero<u64>(s1, 8), 1, 24), vB);
        const sumB = i64x2.add(i64x2.add(vB, uB), inB);
        overB = v128.or(uB, v128.andnot(vB, sumB));
        vB = v128.or(sumB, v128.andnot(vB, uB));
        v128.store_lane<u64>(carry - 48, overB, 1);
      }
      length += <i32>popcnt<i64>(~i64x2.extract_lane(vA, 0)) + <i32>popcnt<i64>(~i64x2.extract_lane(vA, 1));
      length += <i32>popcnt<i64>(~i64x2.extract_lane(vB, 0)) + <i32>popcnt<i64>(~i64x2.extract_lane(vB, 1));
    }
    clearMatches(pattern, from, to, table);
  }
  return length;
}
