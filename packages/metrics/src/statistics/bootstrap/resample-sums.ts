import { sfc32State } from '../../random/create-generator.ts';
import { invalidArgument } from '../invalid-argument.ts';
import { packColumns } from './pack-columns.ts';
import { jsResampler, LANES } from './resampler.ts';
import { checkKeys, checkStatistics, type SufficientStatistics } from './sufficient-statistics.ts';
import { wasmResampler } from './wasm-resampler.ts';

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
  const blocks = blocksOf(packed.data, packed.words, order);
  const sizes = groups.map((group) => group.length);
  const state = Int32Array.from(sfc32State(seed));
  const wordSums = new Float64Array(blocks.length * LANES);
  const sums = new Float64Array(columns);
  const resampler = wasmResampler(blocks, sizes, state) ?? jsResampler(blocks, sizes, state);
  try {
    for (let resample = 0; resample < resamples; resample++) {
      resampler.draw(wordSums);
      packed.unpack(wordSums, sums);
      visit(sums, resample);
    }
  } finally {
    resampler.end();
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
function blocksOf(data: Float64Array, words: number, order: Int32Array): Float64Array[] {
  return Array.from({ length: Math.ceil(words / LANES) }, (_, at) => {
    const block = new Float64Array(order.length * LANES);
    order.forEach((row, position) => {
      for (let lane = 0; lane < LANES && at * LANES + lane < words; lane++) {
        block[position * LANES + lane] = data[row * words + at * LANES + lane]!;
      }
    });
    return block;
  });
}
