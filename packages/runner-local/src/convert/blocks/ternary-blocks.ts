import { type BlockFormat, halfAt } from './block-format.ts';

const SHARED = { weights: 256, run: 256, range: [-1, 2], hasMinimums: false } as const;
const POWERS = [1, 3, 9, 27, 81];

/** Weights of -1, 0 and 1 with one scale (BitNet). */
export const TERNARY_BLOCKS: readonly BlockFormat[] = [
  {
    ...{ ...SHARED, name: 'TQ1_0', type: 34, bytes: 54 },
    unpack: (from, at, to) => {
      to.scales[0] = halfAt(from, at + 52);
      let next = 0;
      // Five digits of base 3 in a byte: of 32 bytes, then of 16, then four digits of 4.
      for (const [start, count, digits] of [
        [0, 32, 5],
        [32, 16, 5],
        [48, 4, 4],
      ] as const) {
        for (let digit = 0; digit < digits; digit++) {
          for (let i = 0; i < count; i++) {
            const turned = (from[at + start + i]! * POWERS[digit]!) & 255;
            to.values[next++] = ((turned * 3) >> 8) - 1;
          }
        }
      }
    },
  },
  {
    ...{ ...SHARED, name: 'TQ2_0', type: 35, bytes: 66 },
    unpack: (from, at, to) => {
      to.scales[0] = halfAt(from, at + 64);
      for (let i = 0; i < 256; i++) {
        to.values[i] = ((from[at + (i >> 7) * 32 + (i & 31)]! >> (2 * ((i >> 5) & 3))) & 3) - 1;
      }
    },
  },
];
