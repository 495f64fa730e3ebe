import { hash } from 'node:crypto';
import type { SampleRow } from '../results/summary.ts';

/** A row with what other tools' files have of one; the rest stands empty. */
export function foreignRow(
  parts: Pick<SampleRow, 'model' | 'index' | 'digest' | 'input' | 'target' | 'output' | 'scores'> & Partial<SampleRow>,
): SampleRow {
  const isScored = Object.keys(parts.scores).length + Object.keys(parts.statistics ?? {}).length > 0;
  return {
    category: null,
    cluster: null,
    state: parts.error === undefined || parts.error === null ? (isScored ? 'scored' : 'unscored') : 'failed',
    variants: {},
    unscored: {},
    error: null,
    elapsedMs: null,
    ...parts,
  };
}

/** 16 hexadecimal digits over a text, white space at its ends aside. */
export function digestOfText(text: string): string {
  return hash('sha256', text.trim(), 'hex').slice(0, 16);
}
