import { urlValues } from './url-state.ts';

/** A place in the explorer: one sample, as one model answered it. */
export interface Permalink {
  /** The sample's index; links say its row, which counts from 1. */
  readonly sample: number;
  readonly model: string | null;
}

/** `row=13`, `model=SmolLM2-135M-Instruct`: values of the address. */
export function permalinkValues({ sample, model }: Permalink): { readonly row: string; readonly model: string } {
  return { row: String(sample + 1), model: model ?? '' };
}

/** Null where the address names no sample. */
export function parsePermalink(values: URLSearchParams = urlValues()): Permalink | null {
  const row = values.get('row');
  if (row === null || !/^[1-9]\d*$/.test(row)) return null;
  return { sample: Number(row) - 1, model: values.get('model') };
}
