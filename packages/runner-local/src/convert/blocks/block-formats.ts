import type { BlockFormat } from './block-format.ts';
import { CODEBOOK_BLOCKS } from './codebook-blocks.ts';
import { K_BLOCKS } from './k-blocks.ts';
import { LEGACY_BLOCKS } from './legacy-blocks.ts';
import { TERNARY_BLOCKS } from './ternary-blocks.ts';

/** Every block format that can be read, by ggml's number. */
export const BLOCK_FORMATS: ReadonlyMap<number, BlockFormat> = new Map(
  [...LEGACY_BLOCKS, ...K_BLOCKS, ...CODEBOOK_BLOCKS, ...TERNARY_BLOCKS].map((format) => [format.type, format]),
);

/** Formats of single numbers, with their bytes. */
export const PLAIN_FORMATS: ReadonlyMap<number, { readonly name: 'F32' | 'F16' | 'BF16'; readonly bytes: number }> =
  new Map([
    [0, { name: 'F32', bytes: 4 }],
    [1, { name: 'F16', bytes: 2 }],
    [30, { name: 'BF16', bytes: 2 }],
  ] as const);

/** Formats of ggml that are known by name only. */
const OTHERS: Readonly<Record<number, string>> = {
  ...{ 9: 'Q8_1', 15: 'Q8_K', 16: 'IQ2_XXS', 17: 'IQ2_XS', 18: 'IQ3_XXS', 19: 'IQ1_S', 21: 'IQ3_S', 22: 'IQ2_S' },
  ...{ 24: 'I8', 25: 'I16', 26: 'I32', 27: 'I64', 28: 'F64', 29: 'IQ1_M', 40: 'NVFP4', 41: 'Q1_0' },
};

/** What people call a format. */
export function formatName(type: number): string {
  return BLOCK_FORMATS.get(type)?.name ?? PLAIN_FORMATS.get(type)?.name ?? OTHERS[type] ?? `number ${type}`;
}

/** Names of all formats that can be read. */
export const READABLE_FORMATS: readonly string[] = [...PLAIN_FORMATS.values(), ...BLOCK_FORMATS.values()].map(
  ({ name }) => name,
);
