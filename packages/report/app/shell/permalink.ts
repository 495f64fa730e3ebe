import { wellFormed } from '../../src/text/well-formed.ts';

/** A place in the explorer: one sample, as one model answered it. */
export interface Permalink {
  /** The sample's index; links say its row, which counts from 1. */
  readonly sample: number;
  readonly model: string | null;
}

/** `#row=13&model=SmolLM2-135M-Instruct` */
export function formatPermalink({ sample, model }: Permalink): string {
  return `#row=${sample + 1}${model === null ? '' : `&model=${encodeURIComponent(wellFormed(model))}`}`;
}

/** Null for any other hash. */
export function parsePermalink(hash: string): Permalink | null {
  const parts = new URLSearchParams(hash.replace(/^#/, ''));
  const row = parts.get('row');
  if (row === null || !/^[1-9]\d*$/.test(row)) return null;
  return { sample: Number(row) - 1, model: parts.get('model') };
}
