/** Words of a row that are summed together. */
export const LANES = 4;

/** Draws as many rows of each stratum as it has, with replacement, and adds their words up. */
export interface Resampler {
  /** Writes the sums of the next resample. */
  draw(wordSums: Float64Array): void;
  /** Call when no more is drawn. */
  end(): void;
}

/**
 * The resampler in JavaScript.
 * @param blocks four words of every row, strata after one another
 * @param sizes rows of each stratum
 * @param state of sfc32; moves on
 */
export function jsResampler(blocks: readonly Float64Array[], sizes: readonly number[], state: Int32Array): Resampler {
  const drawn = new Int32Array(sizes.reduce((sum, size) => sum + size, 0));
  return {
    draw: (wordSums) => {
      let start = 0;
      for (const size of sizes) {
        drawRows(drawn, start, size, state);
        start += size;
      }
      for (let block = 0; block < blocks.length; block++) sumRows(blocks[block]!, drawn, wordSums, block * LANES);
    },
    end: () => {},
  };
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
