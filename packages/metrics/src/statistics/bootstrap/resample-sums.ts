import { sfc32State } from '../../random/create-generator.ts';
import { invalidArgument } from '../invalid-argument.ts';
import { packColumns } from './pack-columns.ts';
import { checkKeys, checkStatistics, type SufficientStatistics } from './sufficient-statistics.ts';

/** Words summed in one pass over the drawn rows; four sums stay in registers. */
const LANES = 4;

/**
 * Draws as many rows as there are, with replacement, `resamples` times, and hands over the column sums.
 * Rows of one stratum are only replaced by rows of the same stratum.
 * Draw k of a stratum of n rows is ⌊word · n / 2^32⌋ of the next unbiased word of sfc32.
 * @param strata a key per row; all rows are one stratum without it
 * @param visit is given the same array each time
 */
export function resampleSums(
  statistics: SufficientStatistics,
  resamples: number,
  seed: number | string,
  strata: ArrayLike<string | number> | undefined,
  visit: (sums: Float64Array, resample: number) => void,
): void {
  const { rows, columns } = checkStatistics(statistics);
  if (!(Number.isInteger(resamples) && resamples >= 1)) throw invalidArgument(`${resamples} resamples: at least 1`);
  const groups = groupRows(rows, strata);
  const packed = packColumns(statistics);
  const order = Int32Array.from(groups.flat());
  const chunks = chunksOf(packed.data, packed.words, order);
  const sizes = groups.map((group) => group.length);
  const state = Int32Array.from(sfc32State(seed));
  const drawn = new Int32Array(rows);
  const wordSums = new Float64Array(chunks.length * LANES);
  const sums = new Float64Array(columns);
  for (let resample = 0; resample < resamples; resample++) {
    let start = 0;
    for (const size of sizes) {
      drawRows(drawn, start, size, state);
      start += size;
    }
    for (let chunk = 0; chunk < chunks.length; chunk++) sumRows(chunks[chunk]!, drawn, wordSums, chunk * LANES);
    packed.unpack(wordSums, sums);
    visit(sums, resample);
  }
}

/** Row indices per stratum, in order of first appearance. */
function groupRows(rows: number, strata: ArrayLike<string | number> | undefined): number[][] {
  if (strata === undefined) return [Array.from({ length: rows }, (_, i) => i)];
  checkKeys(strata, rows);
  const groups = new Map<string | number, number[]>();
  for (let row = 0; row < rows; row++) {
    const group = groups.get(strata[row]!);
    if (group === undefined) groups.set(strata[row]!, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

/** The words in blocks of four, each block row-major with its rows in `order`. */
function chunksOf(data: Float64Array, words: number, order: Int32Array): Float64Array[] {
  return Array.from({ length: Math.ceil(words / LANES) }, (_, chunk) => {
    const block = new Float64Array(order.length * LANES);
    order.forEach((row, position) => {
      for (let lane = 0; lane < LANES && chunk * LANES + lane < words; lane++) {
        block[position * LANES + lane] = data[row * words + chunk * LANES + lane]!;
      }
    });
    return block;
  });
}

/** Fills drawn[start … start + size) with offsets of these rows; sfc32 is written out to stay in registers. */
function drawRows(drawn: Int32Array, start: number, size: number, state: Int32Array): void {
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let counter = state[3]!;
  // Lemire's rejection: the words below would make some rows likelier than others.
  const threshold = 4294967296 % size;
  const scale = size / 4294967296;
  const end = start + size;
  for (let i = start; i < end; ) {
    const word = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + word) | 0;
    if (Math.imul(word, size) >>> 0 < threshold) continue;
    // Exact in a double, as size stays below 2^21; above, rows differ in likelihood by less than 2^-20 of it.
    drawn[i] = (start + (((word >>> 0) * scale) | 0)) << 2;
    i++;
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = counter;
}

function sumRows(block: Float64Array, drawn: Int32Array, sums: Float64Array, at: number): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = 0; i < drawn.length; i++) {
    const start = drawn[i]!;
    a += block[start]!;
    b += block[start + 1]!;
    c += block[start + 2]!;
    d += block[start + 3]!;
  }
  sums[at] = a;
  sums[at + 1] = b;
  sums[at + 2] = c;
  sums[at + 3] = d;
}
