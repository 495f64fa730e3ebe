import type { PackedTokens } from '../../src/rows/page-data.ts';

/** Shades by the chance that the model gave a token, from none to the darkest. */
export const SHADES: readonly { readonly least: number; readonly words: string }[] = [
  { least: 0.5, words: '50 % and more' },
  { least: 0.1, words: '10 %' },
  { least: 0.01, words: '1 %' },
  { least: 0.001, words: '0.1 %' },
  { least: 0, words: 'less' },
];

/** Tokens that are named as the least likely ones. */
const NAMED = 4;

/** Which of the shades a token has. */
export function heatOf(nats: number): number {
  const chance = Math.exp(nats);
  return SHADES.findIndex(({ least }) => chance >= least);
}

/** `32 %`, `0.42 %`, `2e-7 %`. */
export function shareWords(nats: number): string {
  const percent = 100 * Math.exp(nats);
  if (percent >= 10) return `${percent.toFixed(0)} %`;
  return `${percent >= 0.001 ? Number(percent.toPrecision(2)) : percent.toExponential(0)} %`;
}

/** Nats a token; NaN of none. */
export function meanNats({ nats }: PackedTokens): number {
  return nats.reduce((sum, value) => sum + value, 0) / nats.length;
}

/** Places of the least likely tokens that show something, the least likely first: those below one in ten. */
export function hardest({ texts, nats }: PackedTokens): number[] {
  return [...nats.keys()]
    .filter((at) => texts[at]!.trim() !== '' && heatOf(nats[at]!) > 1)
    .sort((a, b) => nats[a]! - nats[b]!)
    .slice(0, NAMED);
}
