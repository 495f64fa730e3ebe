import { type BlockFormat, halfAt, type UnpackedBlock } from './block-format.ts';

const SHARED = { weights: 256 };

/** Eight scales and minimums of six bits each, in 12 bytes (Q4_K, Q5_K). */
function readSixBitPairs(from: Uint8Array, at: number, whole: number, wholeMinimum: number, to: UnpackedBlock): void {
  for (let run = 0; run < 8; run++) {
    const low = from[at + run]!;
    const next = from[at + run + 4]!;
    const before = run < 4 ? 0 : from[at + run - 4]!;
    const scale = run < 4 ? low & 63 : (next & 15) | ((before >> 6) << 4);
    const minimum = run < 4 ? next & 63 : (next >> 4) | ((low >> 6) << 4);
    to.scales[run] = whole * scale;
    to.minimums[run] = wholeMinimum * minimum;
  }
}

/** Two bits of 256 weights in 64 bytes: a byte holds weights i, i+32, i+64 and i+96 of its half. */
function twoBits(from: Uint8Array, at: number, i: number): number {
  return (from[at + (i >> 7) * 32 + (i & 31)]! >> (2 * ((i >> 5) & 3))) & 3;
}

/** Four bits of 256 weights in 128 bytes: a byte holds weights i and i+32 of its quarter. */
function fourBits(from: Uint8Array, at: number, i: number): number {
  const byte = from[at + (i >> 6) * 32 + (i & 31)]!;
  return (i & 32) === 0 ? byte & 15 : byte >> 4;
}

/** Sixteen scales of six bits, around 32, in 12 bytes (Q3_K). */
function sixBitScale(from: Uint8Array, at: number, run: number): number {
  const low = (from[at + (run & 7)]! >> (run < 8 ? 0 : 4)) & 15;
  const high = (from[at + 8 + (run & 3)]! >> (2 * (run >> 2))) & 3;
  return (low | (high << 4)) - 32;
}

/** Blocks of 256 weights, whose scales are whole numbers times one of the block. */
export const K_BLOCKS: readonly BlockFormat[] = [
  {
    ...{ ...SHARED, name: 'Q2_K', type: 10, bytes: 84, run: 16, range: [0, 3], hasMinimums: true },
    unpack: (from, at, to) => {
      const whole = halfAt(from, at + 80);
      const minimum = halfAt(from, at + 82);
      for (let run = 0; run < 16; run++) {
        to.scales[run] = whole * (from[at + run]! & 15);
        to.minimums[run] = minimum * (from[at + run]! >> 4);
      }
      for (let i = 0; i < 256; i++) to.values[i] = twoBits(from, at + 16, i);
    },
  },
  {
    ...{ ...SHARED, name: 'Q3_K', type: 11, bytes: 110, run: 16, range: [-4, 3], hasMinimums: false },
    unpack: (from, at, to) => {
      const whole = halfAt(from, at + 108);
      for (let run = 0; run < 16; run++) to.scales[run] = whole * sixBitScale(from, at + 96, run);
      for (let i = 0; i < 256; i++) {
        const high = (from[at + (i & 31)]! >> (i >> 5)) & 1;
        to.values[i] = twoBits(from, at + 32, i) - (high === 1 ? 0 : 4);
      }
    },
  },
  {
    ...{ ...SHARED, name: 'Q4_K', type: 12, bytes: 144, run: 32, range: [0, 15], hasMinimums: true },
    unpack: (from, at, to) => {
      readSixBitPairs(from, at + 4, halfAt(from, at), halfAt(from, at + 2), to);
      for (let i = 0; i < 256; i++) to.values[i] = fourBits(from, at + 16, i);
    },
  },
  {
    ...{ ...SHARED, name: 'Q5_K', type: 13, bytes: 176, run: 32, range: [0, 31], hasMinimums: true },
    unpack: (from, at, to) => {
      readSixBitPairs(from, at + 4, halfAt(from, at), halfAt(from, at + 2), to);
      for (let i = 0; i < 256; i++) {
        const fifth = (from[at + 16 + (i & 31)]! >> (i >> 5)) & 1;
        to.values[i] = fourBits(from, at + 48, i) | (fifth << 4);
      }
    },
  },
  {
    ...{ ...SHARED, name: 'Q6_K', type: 14, bytes: 210, run: 16, range: [-32, 31], hasMinimums: false },
    unpack: (from, at, to) => {
      const whole = halfAt(from, at + 208);
      for (let run = 0; run < 16; run++) to.scales[run] = whole * ((from[at + 192 + run]! << 24) >> 24);
      for (let i = 0; i < 256; i++) {
        const quarter = (i >> 5) & 3;
        const byte = from[at + (i >> 7) * 64 + (quarter & 1) * 32 + (i & 31)]!;
        const low = (quarter < 2 ? byte : byte >> 4) & 15;
        to.values[i] = (low | (twoBits(from, at + 128, i) << 4)) - 32;
      }
    },
  },
];
