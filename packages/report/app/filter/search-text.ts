import type { PackedText } from '../../src/rows/clip-text.ts';
import type { PackedRow, PageIndex } from '../../src/rows/page-data.ts';
import { checkedRow } from '../data/checked-rows.ts';
import type { SampleSource } from '../data/sample-source.ts';
import type { RowFilter } from './row-filter.ts';

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

/** Parts of a row that a search can be kept to; a column of the dataset is `column:` and its name. */
export const SEARCHED_PARTS = ['input', 'target', 'output', 'prompt', 'error', 'answers', 'judge'] as const;
const COLUMN = 'column:';

/** The texts of a part; of all of them for ''. */
function textsOf(row: PackedRow, part: string): (PackedText | undefined)[] {
  if (part.startsWith(COLUMN)) {
    const name = part.slice(COLUMN.length);
    return Object.entries(row.columns ?? {}).flatMap(([own, text]) => (own === name ? [text] : []));
  }
  switch (part) {
    case 'answers':
      return Object.values(row.variants ?? {});
    case 'judge':
      return (row.remarks ?? []).flatMap(({ about, holds, reason }) => [about, holds, reason]);
    case 'input':
    case 'target':
    case 'output':
    case 'prompt':
    case 'error':
      return [row[part]];
    default:
      return [...SEARCHED_PARTS.flatMap((each) => textsOf(row, each)), ...Object.values(row.columns ?? {})];
  }
}

function rowHas(row: PackedRow, wanted: string, part: string): boolean {
  if (part === '' && row.digest.startsWith(wanted)) return true;
  return textsOf(row, part).some((packed) => inSmall(textOf(packed)).includes(wanted));
}

/** Parts that a run's rows may have, and columns of its dataset. */
export function searchedParts({ columns }: PageIndex): string[] {
  return [...SEARCHED_PARTS, ...columns.map((name) => `${COLUMN}${name}`)];
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
 * @throws Error for a line with the text that is no row
 * @param part of each row that is searched; '' for all of them
 */
export function findRows(json: string, wanted: string, found: (place: number) => void, part = ''): void {
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
    const parsed = checkedRow(row);
    if (parsed === null) throw new Error('a chunk that is damaged');
    if (rowHas(parsed, wanted, part)) found(place);
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
  { text, part }: Pick<RowFilter, 'text' | 'part'>,
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
  /** @returns why a chunk cannot be searched; null where it was */
  const searched = (json: string, start: number): unknown => {
    try {
      findRows(json, wanted, (place) => (matches[start + place] = 1), part);
      return null;
    } catch (failure) {
      return failure;
    }
  };
  let began = performance.now();
  let told = began;
  const coming = chunkStarts.slice(0, AHEAD).map((_, chunk) => textOrCause(source, chunk));
  for (const [chunk, start] of chunkStarts.entries()) {
    const end = chunkStarts[chunk + 1] ?? rows;
    if (chunk + AHEAD < chunkStarts.length) coming.push(textOrCause(source, chunk + AHEAD));
    const json = await coming.shift();
    const failure = typeof json === 'string' ? searched(json, start) : json;
    if (failure !== null) {
      if (unread === 0) reason = failure instanceof Error ? failure.message : String(failure);
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
