import type { Vocabulary } from '../generation/vocabulary.ts';

/** Where a token stands in its text, in UTF-16 units; null for one that stands for nothing in it. */
export type TokenOffset = readonly [start: number, end: number] | null;

/** One UTF-16 unit as it is compared, and the part of the text that it comes from. */
interface Unit {
  readonly character: string;
  readonly start: number;
  end: number;
}

/** Tokens that write a text together: several where a character is cut among them. */
interface Surface {
  readonly from: number;
  /** Undefined for an unknown token. */
  readonly text: string | undefined;
  /** UTF-8 bytes of each token. */
  readonly bytes: readonly number[];
}

/** How far ahead a token is looked for where it does not follow the one before. */
const REACH = 256;
/** Tokens that one character is cut into at most. */
const MOST_PARTS = 8;

/**
 * Aligns tokens with their text, whatever the tokenizer did to it: case, accents and forms of Unicode are not compared,
 * and white space and joiners are left out on both sides.
 * @param ids tokens of the text alone, without special ones around it
 */
export function tokenOffsets(
  text: string,
  ids: readonly number[],
  vocabulary: Vocabulary,
  unknownId: number | undefined,
): TokenOffset[] {
  const units = unitsOf(text);
  const all = units.map(({ character }) => character).join('');
  const find = (wanted: string, from: number): number => {
    const at = all.slice(from, from + REACH + wanted.length).indexOf(wanted);
    return at < 0 ? -1 : from + at;
  };
  const offsets: TokenOffset[] = new Array(ids.length).fill(null);
  const surfaces = surfacesOf(ids, vocabulary, unknownId);
  let position = 0;
  for (const [index, { from, text: written, bytes }] of surfaces.entries()) {
    const folded = written === undefined ? undefined : fold(written);
    if (folded === '') continue;
    let end: number;
    if (folded === undefined) end = endOfUnknown(units, position, nextKnown(surfaces, index), find);
    else {
      const found = find(folded, position);
      if (found < 0) continue;
      position = found;
      end = found + folded.length;
    }
    if (end <= position) continue;
    for (const [at, [first, last]] of partsOf(written, bytes, end - position).entries()) {
      if (last > first) offsets[from + at] = [units[position + first]!.start, units[position + last - 1]!.end];
    }
    position = end;
  }
  return offsets;
}

/** Which of a surface's units each of its tokens writes, the ones that it shares with a neighbour too. */
function partsOf(written: string | undefined, bytes: readonly number[], units: number): (readonly [number, number])[] {
  if (written === undefined || bytes.length < 2) return [[0, units]];
  const ends: { readonly byte: number; readonly unit: number }[] = [];
  let [byte, unit] = [0, 0];
  for (const character of written) {
    byte += Buffer.byteLength(character);
    unit += fold(character).length;
    ends.push({ byte, unit });
  }
  let start = 0;
  return bytes.map((length) => {
    const first = ends.findIndex((end) => end.byte > start);
    start += length;
    const last = ends.findIndex((end) => end.byte >= start);
    return [first <= 0 ? 0 : ends[first - 1]!.unit, ends[last]?.unit ?? units];
  });
}

function unitsOf(text: string): Unit[] {
  const units: Unit[] = [];
  let start = 0;
  for (const character of text) {
    const end = start + character.length;
    const folded = fold(character);
    // A mark belongs to the letter before it.
    if (folded === '' && /^\p{M}$/u.test(character) && units.at(-1)?.end === start) units.at(-1)!.end = end;
    for (const part of folded.split('')) units.push({ character: part, start, end });
    start = end;
  }
  return units;
}

function fold(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{M}\p{Cf}\p{Cc}\s]/gu, '');
}

/** An unknown token reaches to the next white space, or to the next token that is known. */
function endOfUnknown(
  units: readonly Unit[],
  position: number,
  next: string | undefined,
  find: (wanted: string, from: number) => number,
): number {
  let end = Math.min(position + 1, units.length);
  while (end < units.length && units[end]!.start <= units[end - 1]!.end) end++;
  const found = next === undefined ? -1 : find(next, position + 1);
  return found > position && found < end ? found : end;
}

function nextKnown(surfaces: readonly Surface[], index: number): string | undefined {
  const after = surfaces[index + 1];
  const folded = after?.text === undefined ? '' : fold(after.text);
  return folded === '' ? undefined : folded;
}

function surfacesOf(ids: readonly number[], vocabulary: Vocabulary, unknownId: number | undefined): Surface[] {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const surfaces: Surface[] = [];
  for (let from = 0; from < ids.length; ) {
    let to = from;
    let text: string | undefined;
    const bytes: number[] = [];
    const lengths: number[] = [];
    while (text === undefined && to < ids.length && to - from < MOST_PARTS && ids[to] !== unknownId) {
      const own = bytesOf(ids[to]!, vocabulary);
      bytes.push(...own);
      lengths.push(own.length);
      to++;
      try {
        text = decoder.decode(Uint8Array.from(bytes));
      } catch {
        // The rest of the character is in the tokens that follow.
      }
    }
    surfaces.push({ from, text, bytes: lengths });
    from = Math.max(to, from + 1);
  }
  return surfaces;
}

/** WordPiece marks what goes on a word. */
function bytesOf(id: number, vocabulary: Vocabulary): Uint8Array {
  const bytes = vocabulary.bytesOf(id) ?? new Uint8Array();
  const continues = vocabulary.kind === 'raw' && bytes.length > 2 && bytes[0] === 35 && bytes[1] === 35;
  return continues ? bytes.subarray(2) : bytes;
}
