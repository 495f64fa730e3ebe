/** @jsxImportSource preact */
import type { PairVerdict } from '@assay/core';

/** The tone of a verdict: hue only where one is told to be better or worse. */
export type Tone = 'better' | 'worse' | 'same' | 'unsure';

export function toneOf(verdict: PairVerdict | null): Tone {
  if (verdict === 'better' || verdict === 'worse') return verdict;
  return verdict === 'equivalent' || verdict === 'not worse' ? 'same' : 'unsure';
}

const GLYPHS: Readonly<Record<Tone, string>> = {
  better: 'M5 1 9.4 9H.6Z',
  worse: 'M5 9 .6 1h8.8Z',
  same: 'M.5 3.4h9M.5 6.8h9',
  unsure: 'M.5 5h9M.8 2.4v5.2M9.2 2.4v5.2',
};

/** ▲ better, ▼ worse, = the same within the margin, |–| cannot tell. */
export function VerdictGlyph({ tone }: { readonly tone: Tone }) {
  return (
    <svg class={`vg ${tone}`} viewBox="0 0 10 10" aria-hidden="true">
      <path d={GLYPHS[tone]} />
    </svg>
  );
}

/** A verdict as glyph and word; never by its colour alone. */
export function VerdictBadge({ verdict, words }: { readonly verdict: PairVerdict | null; readonly words: string }) {
  const tone = toneOf(verdict);
  return (
    <span class={`badge ${tone}`}>
      <VerdictGlyph tone={tone} />
      {words}
    </span>
  );
}
