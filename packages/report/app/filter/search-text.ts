import type { PackedText } from '../../src/rows/clip-text.ts';
import type { PackedRow } from '../../src/rows/page-data.ts';
import type { SampleSource } from '../data/sample-source.ts';

/** Milliseconds of searching between two looks at the page. */
const SLICE_MS = 12;
/** Milliseconds between two reports: each has the list chosen and ordered again, which takes its time with many rows. */
const REPORT_MS = 400;

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

/** How far a search is. */
export interface SearchProgress {
  /** 1 for each row found so far. */
  readonly matches: Uint8Array;
  /** Rows looked at so far. */
  readonly done: number;
  /** Rows whose texts could not be had, and why the first could not. */
  readonly unread: { readonly rows: number; readonly reason: string } | null;
}

/** Marks the rows that have the text (in any case), chunk after chunk; a chunk that is missing is passed over and told. */
export async function searchText(
  source: SampleSource,
  text: string,
  signal: AbortSignal,
  onProgress: (progress: SearchProgress) => void,
): Promise<void> {
  const { index } = source;
  const wanted = text.toLowerCase();
  const matches = new Uint8Array(index.rows);
  let unread = 0;
  let reason = '';
  const tell = (found: Uint8Array, done: number) =>
    onProgress({ matches: found, done, unread: unread === 0 ? null : { rows: unread, reason } });
  let began = performance.now();
  let told = began;
  for (const [chunk, start] of index.chunkStarts.entries()) {
    const end = index.chunkStarts[chunk + 1] ?? index.rows;
    try {
      const rows = await source.load(chunk);
      rows.forEach((row, i) => {
        if (rowHas(row, wanted)) matches[start + i] = 1;
      });
    } catch (cause) {
      if (unread === 0) reason = cause instanceof Error ? cause.message : String(cause);
      unread += end - start;
    }
    if (signal.aborted) return;
    if (performance.now() - began > SLICE_MS) {
      if (performance.now() - told > REPORT_MS) {
        tell(matches.slice(), end);
        told = performance.now();
      }
      await new Promise((resume) => setTimeout(resume));
      if (signal.aborted) return;
      began = performance.now();
    }
  }
  tell(matches, index.rows);
}
