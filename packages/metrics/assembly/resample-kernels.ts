// Draws rows with replacement by sfc32 and adds up four doubles of each. The host lays out memory: a row of a block is 32 bytes;
// `state` holds sfc32's four words; `words` has room for a u32 a draw and 12 bytes more; `sums` are the four sums, which grow.
//
// Draw k is ⌊word · size / 2^32⌋ of the next word, but words whose product's low half is below 2^32 modulo size are left out,
// for they would make some rows likelier. That is so seldom that words are taken as they come, and looked at afterwards.

// @ts-expect-error: decorator
@inline
function rowOf(block: usize, word: u32, size: i32): usize {
  return block + (<usize>((<u64>word * <u64>size) >> 32) << 5);
}

export function drawAndSum(block: usize, size: i32, draws: i32, state: usize, words: usize, sums: usize): void {
  let a = load<i32>(state);
  let b = load<i32>(state, 4);
  let c = load<i32>(state, 8);
  let counter = load<i32>(state, 12);
  let first = v128.load(sums);
  let second = v128.load(sums, 16);
  const threshold = <u32>(((<u64>1) << 32) % <u64>size);
  const end = words + ((<usize>draws) << 2);
  const fours = words + ((<usize>(draws & ~3)) << 2);
  let at = words;
  // Four words in a turn: each is 9 times the c of one word before, mixed with that of two words before. What is known first
  // is added first, so that a word waits for one addition.
  for (; at < fours; at += 16) {
    const word0 = b + (a + counter);
    const b1 = c + (c << 3);
    const c1 = <i32>rotl<u32>(c, 21) + word0;
    const word1 = b1 + ((b ^ (b >>> 9)) + (counter + 1));
    const b2 = c1 + (c1 << 3);
    const c2 = <i32>rotl<u32>(c1, 21) + word1;
    const word2 = b2 + ((b1 ^ (b1 >>> 9)) + (counter + 2));
    const b3 = c2 + (c2 << 3);
    const c3 = <i32>rotl<u32>(c2, 21) + word2;
    a = b3 ^ (b3 >>> 9);
    const word3 = b3 + ((b2 ^ (b2 >>> 9)) + (counter + 3));
    b = c3 + (c3 << 3);
    c = <i32>rotl<u32>(c3, 21) + word3;
    counter += 4;
    store<i32>(at, word0);
    store<i32>(at, word1, 4);
    store<i32>(at, word2, 8);
    store<i32>(at, word3, 12);
    const row0 = rowOf(block, word0, size);
    const row1 = rowOf(block, word1, size);
    const row2 = rowOf(block, word2, size);
    const row3 = rowOf(block, word3, size);
    first = f64x2.add(f64x2.add(first, v128.load(row0)), v128.load(row1));
    first = f64x2.add(f64x2.add(first, v128.load(row2)), v128.load(row3));
    second = f64x2.add(f64x2.add(second, v128.load(row0, 16)), v128.load(row1, 16));
    second = f64x2.add(f64x2.add(second, v128.load(row2, 16)), v128.load(row3, 16));
  }
  for (; at < end; at += 4) {
    const word = a + b + counter;
    counter++;
    a = b ^ (b >>> 9);
    b = c + (c << 3);
    c = <i32>rotl<u32>(c, 21) + word;
    store<i32>(at, word);
    const row = rowOf(block, word, size);
    first = f64x2.add(first, v128.load(row));
    second = f64x2.add(second, v128.load(row, 16));
  }
  // Never left out: the low half of its product is 2^32 - size.
  v128.store(end, i32x4.splat(-1));
  const sizes = i32x4.splat(size);
  const least = i32x4.splat(threshold);
  let low = i32x4.splat(0);
  for (let at = words; at < end; at += 16) low = v128.or(low, i32x4.lt_u(i32x4.mul(v128.load(at), sizes), least));
  if (v128.any_true(low)) {
    drawWithCare(size, draws, state, words, threshold);
    sumDrawn(block, size, draws, words, sums);
    return;
  }
  store<i32>(state, a);
  store<i32>(state, b, 4);
  store<i32>(state, c, 8);
  store<i32>(state, counter, 12);
  v128.store(sums, first);
  v128.store(sums, second, 16);
}

function drawWithCare(size: i32, draws: i32, state: usize, words: usize, threshold: u32): void {
  let a = load<i32>(state);
  let b = load<i32>(state, 4);
  let c = load<i32>(state, 8);
  let counter = load<i32>(state, 12);
  for (let i = 0; i < draws; ) {
    const word = a + b + counter;
    counter++;
    a = b ^ (b >>> 9);
    b = c + (c << 3);
    c = <i32>rotl<u32>(c, 21) + word;
    if (<u32>(word * size) < threshold) continue;
    store<i32>(words + ((<usize>i) << 2), word);
    i++;
  }
  store<i32>(state, a);
  store<i32>(state, b, 4);
  store<i32>(state, c, 8);
  store<i32>(state, counter, 12);
}

/** Adds up the rows of another block that were drawn. */
export function sumDrawn(block: usize, size: i32, draws: i32, words: usize, sums: usize): void {
  let first = v128.load(sums);
  let second = v128.load(sums, 16);
  const end = words + ((<usize>draws) << 2);
  for (let at = words; at < end; at += 4) {
    const row = rowOf(block, load<u32>(at), size);
    first = f64x2.add(first, v128.load(row));
    second = f64x2.add(second, v128.load(row, 16));
  }
  v128.store(sums, first);
  v128.store(sums, second, 16);
}
