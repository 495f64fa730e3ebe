import { isUtf8 } from 'node:buffer';
import { AssayError } from '../errors/assay-error.ts';

/** How the bytes of a text file are read: a label of the WHATWG Encoding Standard. */
export interface TextEncoding {
  /** As TextDecoder names it: `utf-8`, `utf-16le`, `windows-1252`… */
  readonly name: string;
  /** Whether the bytes themselves say so: a byte-order mark, valid UTF-8, zero bytes in every second place. */
  readonly isCertain: boolean;
}

/**
 * The encoding of a text by its first bytes. Bytes that are not UTF-8 are taken as Windows-1252 (which has all letters of
 * Latin-1) only where they then read like text of a western European language; undefined where nothing fits.
 */
export function detectEncoding(head: Buffer): TextEncoding | undefined {
  const [a, b] = head;
  if (a === 0xff && b === 0xfe) return { name: 'utf-16le', isCertain: true };
  if (a === 0xfe && b === 0xff) return { name: 'utf-16be', isCertain: true };
  const wide = withoutMark(head);
  if (wide !== undefined) return { name: wide, isCertain: true };
  if (isUtf8(wholeCharacters(head))) return { name: 'utf-8', isCertain: true };
  if (!hasMultibyte(head) && readsAsWestern(head)) return { name: 'windows-1252', isCertain: false };
  return undefined;
}

/** UTF-16 without a byte-order mark: in most scripts' punctuation and in all of ASCII every second byte is zero. */
function withoutMark(head: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const pairs = Math.floor(Math.min(head.length, 4096) / 2);
  if (pairs < 2) return undefined;
  let [even, odd] = [0, 0];
  for (let i = 0; i < pairs; i++) {
    if (head[2 * i] === 0) even++;
    if (head[2 * i + 1] === 0) odd++;
  }
  if (odd > pairs * 0.4 && even === 0) return 'utf-16le';
  if (even > pairs * 0.4 && odd === 0) return 'utf-16be';
  return undefined;
}

/** UTF-8 without the character that it breaks off in. */
export function wholeCharacters(head: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, head.length); back++) {
    const byte = head[head.length - back]!;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return size > back ? head.subarray(0, head.length - back) : head;
  }
  return head;
}

/** Whether a letter of two bytes or more stands there in UTF-8: a file with one has damage, not another encoding. */
function hasMultibyte(head: Buffer): boolean {
  for (let i = 0; i + 1 < head.length; i++) {
    const byte = head[i]!;
    const size = byte >= 0xc2 && byte < 0xe0 ? 2 : byte >= 0xe0 && byte < 0xf0 ? 3 : 0;
    if (size > 0 && isUtf8(head.subarray(i, i + size)) && i + size <= head.length) return true;
  }
  return false;
}

/** Code points 0x80 to 0x9f that Windows-1252 leaves open. */
const OPEN: ReadonlySet<number> = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);
/** Of these, letters: Š Œ Ž š œ ž Ÿ. */
const EARLY_LETTERS: ReadonlySet<number> = new Set([0x8a, 0x8c, 0x8e, 0x9a, 0x9c, 0x9e, 0x9f]);

const isAsciiLetter = (byte: number): boolean => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
const isHighLetter = (byte: number): boolean =>
  EARLY_LETTERS.has(byte) || (byte >= 0xc0 && byte !== 0xd7 && byte !== 0xf7);

/** Western texts have single accented letters among plain ones, and no sign in the middle of a word. */
function readsAsWestern(head: Buffer): boolean {
  let [high, fitting] = [0, 0];
  for (let i = 0; i < head.length; i++) {
    const byte = head[i]!;
    if (byte < 0x80) continue;
    high++;
    if (OPEN.has(byte)) return false;
    const [before, after] = [head[i - 1] ?? 0x20, head[i + 1] ?? 0x20];
    const isBetween = isAsciiLetter(before) && isAsciiLetter(after);
    // An apostrophe (’) may stand in a word.
    const fits = isHighLetter(byte) ? isAsciiLetter(before) || isAsciiLetter(after) : byte === 0x92 || !isBetween;
    if (fits) fitting++;
  }
  return fitting >= high * 0.9;
}

export const ENCODING_HINT =
  'set dataset.encoding to the encoding of the file, such as windows-1252, or save it as UTF-8';

/** The error for a file whose text is not UTF-8, and of which nothing tells what it is. */
export function notUtf8(path: string): AssayError {
  return new AssayError('DATASET_ENCODING', 'the text is not UTF-8, and its encoding cannot be told', {
    at: { file: path, line: 1 },
    hint: ENCODING_HINT,
  });
}
