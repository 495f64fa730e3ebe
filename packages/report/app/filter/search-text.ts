import type { PackedText } from '../../src/rows/clip-text.ts';
import type { PackedRow } from '../../src/rows/page-data.ts';
import type { SampleSource } from '../data/sample-source.ts';

/** Milliseconds of searching between two looks at the page. */
const SLICE_MS = 12;

/** The characters that the page has of a text. */
export function textOf(packed: PackedText | undefined): string {
  if (packed === undefined) return '';
  return typeof packed === 'string' ? packed : packed[0];
}

function rowHas(row: PackedRow, wanted: string): boolean {
  const has = (packed: PackedText | undefined) => textOf(packed).toLowerCase().includes(wanted);
  return (
    has(row.input) ||
    has(row.output) ||
    has(row.target) ||
    has(row.error) ||
    row.digest.startsWith(wanted) ||
    Object.values(row.variants ?? {}).some(has)
  );
}

/** Marks the rows that have the text (in any case), chunk after chunk; tells how far it is between slices. */
export async function searchText(
  source: SampleSource,
  text: string,
  signal: AbortSignal,
  onProgress: (matches: Uint8Array, done: number) => void,
): Promise<void> {
  const { index } = source;
  const wanted = text.toLowerCase();
  const matches = new Uint8Array(index.rows);
  let began = performance.now();
  for (const [chunk, start] of index.chunkStarts.entries()) {
    const rows = await source.load(chunk);
    if (signal.aborted) return;
    rows.forEach((row, i) => {
      if (rowHas(row, wanted)) matches[start + i] = 1;
    });
    if (performance.now() - began > SLICE_MS) {
      onProgress(matches.slice(), start + rows.length);
      await new Promise((resume) => setTimeout(resume));
      if (signal.aborted) return;
      began = performance.now();
    }
  }
  onProgress(matches, index.rows);
}
