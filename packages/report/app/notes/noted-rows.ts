import type { Column, PageIndex } from '../../src/rows/page-data.ts';
import type { SampleNotesBySample } from './use-sample-notes.ts';

/** 1 for each row whose sample has a note or a label. Rows of all models of a sample have the same. */
export function notedColumn({ sample }: PageIndex, notes: SampleNotesBySample): Column {
  return notes.size === 0 ? new Float64Array(sample.length) : sample.map((at) => (notes.has(at) ? 1 : 0));
}

/** Every label that a sample has, in the order of the alphabet. */
export function labelsOf(notes: SampleNotesBySample): string[] {
  return [...new Set([...notes.values()].flatMap(({ labels }) => labels))].sort((a, b) => a.localeCompare(b, 'en'));
}

/** Of rows that are found (null for all), those whose sample has the label; '' stands for any. */
export function withLabel(
  { sample, rows }: PageIndex,
  notes: SampleNotesBySample,
  label: string,
  found: Uint8Array | null,
): Uint8Array | null {
  if (label === '') return found;
  const labelled = new Set(
    [...notes.values()].filter(({ labels }) => labels.includes(label)).map((note) => note.sample),
  );
  const matches = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) if ((found?.[row] ?? 1) === 1 && labelled.has(sample[row]!)) matches[row] = 1;
  return matches;
}
