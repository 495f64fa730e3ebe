import { wellFormed } from '../../src/text/well-formed.ts';

/** A place in the explorer: one sample, as one model answered it. */
export interface Permalink {
  readonly sample: number;
  readonly model: string | null;
}

/** `#sample=12&model=SmolLM2-135M-Instruct` */
export function formatPermalink({ sample, model }: Permalink): string {
  return `#sample=${sample}${model === null ? '' : `&model=${encodeURIComponent(wellFormed(model))}`}`;
}

/** Null for any other hash. */
export function parsePermalink(hash: string): Permalink | null {
  const parts = new URLSearchParams(hash.replace(/^#/, ''));
  const sample = parts.get('sample');
  if (sample === null || !/^\d+$/.test(sample)) return null;
  return { sample: Number(sample), model: parts.get('model') };
}
