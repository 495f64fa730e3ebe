import type { SampleRow } from '@assay/core';
import { clipText } from './clip-text.ts';
import type { PackedTokens } from './page-data.ts';

/** Tokens of one answer that a page carries, and characters of one token. */
const MOST_TOKENS = 512;
const MOST_CHARACTERS = 100;

/** The tokens of a row's answers, their log-probabilities to a thousandth. */
export function packTokens(tokens: NonNullable<SampleRow['tokens']>): Readonly<Record<string, PackedTokens>> {
  return Object.fromEntries(
    Object.entries(tokens).map(([key, all]): [string, PackedTokens] => {
      const shown = all.slice(0, MOST_TOKENS);
      return [
        key,
        {
          texts: shown.map(([text]) => textOf(text)),
          nats: shown.map(([, nats]) => Math.round(nats * 1000) / 1000),
          ...(all.length > shown.length && { of: all.length }),
        },
      ];
    }),
  );
}

function textOf(text: string): string {
  const clipped = clipText(text, MOST_CHARACTERS);
  return typeof clipped === 'string' ? clipped : `${clipped[0]}…`;
}
