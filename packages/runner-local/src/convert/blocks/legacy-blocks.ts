import { type BlockFormat, halfAt, type UnpackedBlock } from './block-format.ts';

/** Four bits of 32 weights in 16 bytes: the low halves are the first 16 weights. */
export function readNibbles(from: Uint8Array, at: number, values: Int8Array, centre: number, start = 0): void {
  for (let i = 0; i < 16; i++) {
    values[start + i] = (from[at + i]! & 15) - centre;
    values[start + 16 + i] = (from[at + i]! >> 4) - centre;
  }
}

/** The fifth bits of 32 weights, in 4 bytes. */
function addFifthBits(from: Uint8Array, at: number, values: Int8Array): void {
  for (let i = 0; i < 32; i++) values[i]! += ((from[at + (i >> 3)]! >> (i & 7)) & 1) << 4;
}

function readScale(from: Uint8Array, at: number, to: UnpackedBlock): void {
  to.scales[0] = halfAt(from, at);
}

function readScaleAndMinimum(from: Uint8Array, at: number, to: UnpackedBlock): void {
  to.scales[0] = halfAt(from, at);
  to.minimums[0] = -halfAt(from, at + 2);
}

const SHARED = { weights: 32, run: 32 };

/** Blocks of 32 weights with one scale, the oldest formats; also what llama.cpp falls back to in odd widths. */
export const LEGACY_BLOCKS: readonly BlockFormat[] = [
  {
    ...{ ...SHARED, name: 'Q4_0', type: 2, bytes: 18, range: [-8, 7], hasMinimums: false },
    unpack: (from, at, to) => {
      readScale(from, at, to);
      readNibbles(from, at + 2, to.values, 8);
    },
  },
  {
    ...{ ...SHARED, name: 'Q4_1', type: 3, bytes: 20, range: [0, 15], hasMinimums: true },
    unpack: (from, at, to) => {
      readScaleAndMinimum(from, at, to);
      readNibbles(from, at + 4, to.values, 0);
    },
  },
  {
    ...{ ...SHARED, name: 'Q5_0', type: 6, bytes: 22, range: [-16, 15], hasMinimums: false },
    unpack: (from, at, to) => {
      readScale(from, at, to);
      readNibbles(from, at + 6, to.values, 16);
      addFifthBits(from, at + 2, to.values);
    },
  },
  {
    ...{ ...SHARED, name: 'Q5_1', type: 7, bytes: 24, range: [0, 31], hasMinimums: true },
    unpack: (from, at, to) => {
      readScaleAndMinimum(from, at, to);
      readNibbles(from, at + 8, to.values, 0);
      addFifthBits(from, at + 4, to.values);
    },
  },
  {
    ...{ ...SHARED, name: 'Q8_0', type: 8, bytes: 34, range: [-128, 127], hasMinimums: false },
    unpack: (from, at, to) => {
      readScale(from, at, to);
      for (let i = 0; i < 32; i++) to.values[i] = from[at + 2 + i]!;
    },
  },
];
