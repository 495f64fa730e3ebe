import type { PackedText } from '../../src/rows/clip-text.ts';
import type { PackedRow } from '../../src/rows/page-data.ts';
import type { SampleSource } from '../data/sample-source.ts';

/** Milliseconds of searching between two looks at the page. */
const SLICE_MS = 12;
/** Milliseconds between two reports: each has the list chosen and ordered again, which takes its time with many rows. */
const REPORT_MS = 400;
/** Chunks that are asked for before the one that is searched: files take longer to come than to search. */
const AHEAD = 12;

/** The characters that the page has of a text. */
export function textOf(packed: PackedText | undefined): string {
  if (packed === undefined) return '';
  return typeof packed === 'string' ? packed : packed[0];
}

/** In small letters, one for each: how a Greek word ends in them depends on what stands beside it, which an escape changes. */
export function inSmall(text: string): string {
  return text.toLowerCase().replaceAll('ς', 'σ');
}

function rowHas(row: PackedRow, wanted: string): boolean {
  const has = (packed: PackedText | undefined) => inSmall(textOf(packed)).includes(wanted);
  return (
    has(row.input) ||
    has(row.output) ||
    has(row.target) ||
    has(row.error) ||
    row.digest.startsWith(wanted) ||
    Object.values(row.variants ?? {}).some(has) ||
    Object.values(row.columns ?? {}).some(has)
  );
}

/** As a text stands in the JSON of a chunk, in small letters. */
function asWritten(wanted: string): string {
  return JSON.stringify(wanted)
    .slice(1, -1)
    .replace(/[<\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * Calls back with the places of a chunk's rows that have the text. The JSON is searched as it is, and only lines with a hit
 * are parsed: most rows have none, and what a hit in a key or in an escape means only the row can say.
 * @param json a row a line, as the packer writes it
 */
export function findRows(json: string, wanted: string, found: (place: number) => void): void {
  const written = asWritten(wanted);
  const small = inSmall(json);
  // A character whose small form has another length would shift the lines: then they are taken from the same text.
  const lines = small.length === json.length ? json : null;
  let place = 0;
  let counted = 0;
  for (let at = small.indexOf(written); at >= 0; ) {
    for (let line = small.indexOf('\n', counted); line >= 0 && line < at; line = small.indexOf('\n', counted)) {
      place += 1;
      counted = line + 1;
    }
    const end = small.indexOf('\n', at);
    const until = end < 0 ? small.length : end;
    const row = (lines === null ? json.split('\n')[place] : lines.slice(counted, until)) ?? '';
    if (rowHas(JSON.parse(row.replace(/^\[/, '').replace(/[\],]$/, '')) as PackedRow, wanted)) found(place);
    if (end < 0) return;
    at = small.indexOf(written, end);
  }
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
  const { rows, chunkStarts } = source.index;
  const wanted = inSmall(text);
  const matches = new Uint8Array(rows);
  let unread = 0;
  let reason = '';
  const tell = (found: Uint8Array, done: number) =>
    onProgress({ matches: found, done, unread: unread === 0 ? null : { rows: unread, reason } });
  let began = performance.now();
  let told = began;
  const coming = chunkStarts.slice(0, AHEAD).map((_, chunk) => textOrCause(source, chunk));
  for (const [chunk, start] of chunkStarts.entries()) {
    const end = chunkStarts[chunk + 1] ?? rows;
    if (chunk + AHEAD < chunkStarts.length) coming.push(textOrCause(source, chunk + AHEAD));
    const json = await coming.shift();
    if (typeof json === 'string') findRows(json, wanted, (place) => (matches[start + place] = 1));
    else {
      if (unread === 0) reason = json instanceof Error ? json.message : String(json);
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
  tell(matches, rows);
}

/** The JSON of a chunk, or why it cannot be had. */
async function textOrCause(source: SampleSource, chunk: number): Promise<unknown> {
  try {
    return await source.text(chunk);
  } catch (cause) {
    return cause instanceof Error ? cause : new Error(String(cause));
  }
}
