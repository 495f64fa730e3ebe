import { type BlockFormat, halfAt } from './block-format.ts';

/** Values of the sixteen codes of IQ4_NL and IQ4_XS. */
const IQ4 = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];
/** Twice the values of fp4 (e2m1). */
const FP4 = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Half of 2^(byte - 127). */
function halfPower(byte: number): number {
  bits[0] = byte < 2 ? 0x00200000 << byte : (byte - 1) << 23;
  return float[0]!;
}

function readCodes(from: Uint8Array, at: number, values: Int8Array, start: number, codes: readonly number[]): void {
  for (let i = 0; i < 16; i++) {
    values[start + i] = codes[from[at + i]! & 15]!;
    values[start + 16 + i] = codes[from[at + i]! >> 4]!;
  }
}

/** Blocks whose four bits are the place of a value in a list. */
export const CODEBOOK_BLOCKS: readonly BlockFormat[] = [
  {
    ...{ name: 'IQ4_NL', type: 20, bytes: 18, weights: 32, run: 32, range: [-127, 113], hasMinimums: false },
    unpack: (from, at, to) => {
      to.scales[0] = halfAt(from, at);
      readCodes(from, at + 2, to.values, 0, IQ4);
    },
  },
  {
    ...{ name: 'IQ4_XS', type: 23, bytes: 136, weights: 256, run: 32, range: [-127, 113], hasMinimums: false },
    unpack: (from, at, to) => {
      const whole = halfAt(from, at);
      const highs = from[at + 2]! | (from[at + 3]! << 8);
      for (let run = 0; run < 8; run++) {
        const low = (from[at + 4 + (run >> 1)]! >> (4 * (run & 1))) & 15;
        to.scales[run] = whole * ((low | (((highs >> (2 * run)) & 3) << 4)) - 32);
        readCodes(from, at + 8 + 16 * run, to.values, 32 * run, IQ4);
      }
    },
  },
  {
    ...{ name: 'MXFP4', type: 39, bytes: 17, weights: 32, run: 32, range: [-12, 12], hasMinimums: false },
    unpack: (from, at, to) => {
      to.scales[0] = halfPower(from[at]!);
      readCodes(from, at + 1, to.values, 0, FP4);
    },
  },
];
