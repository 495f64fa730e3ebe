/** What a text may be, byte by byte of its UTF-8. Rules may name one another, themselves included. */
export type Expression =
  | { readonly kind: 'byte'; readonly low: number; readonly high: number }
  | { readonly kind: 'sequence'; readonly parts: readonly Expression[] }
  | { readonly kind: 'either'; readonly options: readonly Expression[] }
  | {
      readonly kind: 'repeat';
      readonly part: Expression;
      readonly least: number;
      /** null: without end. */
      readonly most: number | null;
    }
  | { readonly kind: 'rule'; readonly name: string };

export interface Grammar {
  readonly root: Expression;
  readonly rules: ReadonlyMap<string, Expression>;
}

export const NOTHING: Expression = { kind: 'sequence', parts: [] };

export function literal(text: string): Expression {
  return sequence(...Array.from(Buffer.from(text), (byte): Expression => ({ kind: 'byte', low: byte, high: byte })));
}

export function sequence(...parts: readonly Expression[]): Expression {
  return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts };
}

export function either(...options: readonly Expression[]): Expression {
  return options.length === 1 ? options[0]! : { kind: 'either', options };
}

export function repeat(part: Expression, least: number, most: number | null): Expression {
  return { kind: 'repeat', part, least, most };
}

export function optional(part: Expression): Expression {
  return repeat(part, 0, 1);
}

/** A range of code points, both ends included. */
export type CodePoints = readonly [low: number, high: number];

/** One character of these ranges, as its UTF-8. Halves of surrogate pairs are no characters. */
export function characters(ranges: readonly CodePoints[]): Expression {
  return either(...ranges.flatMap(([low, high]) => byteSequences(low, high)));
}

/** Last code point of one, two, three and four bytes. */
const LAST = [0x7f, 0x7ff, 0xffff, 0x10ffff];

function byteSequences(low: number, high: number): Expression[] {
  const found: Expression[] = [];
  let from = low;
  for (const last of LAST) {
    const to = Math.min(high, last);
    if (from <= to) found.push(...withoutSurrogates(from, to).flatMap(([a, b]) => split(encoded(a), encoded(b))));
    from = Math.max(from, last + 1);
  }
  return found;
}

function withoutSurrogates(low: number, high: number): CodePoints[] {
  const parts: CodePoints[] = [
    [low, Math.min(high, 0xd7ff)],
    [Math.max(low, 0xe000), high],
  ];
  return parts.filter(([a, b]) => a <= b);
}

function encoded(codePoint: number): number[] {
  return [...Buffer.from(String.fromCodePoint(codePoint))];
}

/** Texts of equally many bytes from one to another, as sequences of byte ranges. */
function split(low: readonly number[], high: readonly number[]): Expression[] {
  const [a, ...lower] = low;
  const [b, ...higher] = high;
  if (lower.length === 0) return [{ kind: 'byte', low: a!, high: b! }];
  const first = (from: number, to: number, rest: readonly Expression[]): Expression[] =>
    rest.map((tail) => sequence({ kind: 'byte', low: from, high: to }, tail));
  const [least, most] = [lower.map(() => 0x80), lower.map(() => 0xbf)];
  if (a === b) return first(a!, b!, split(lower, higher));
  const isWholeLow = lower.every((byte) => byte === 0x80);
  const isWholeHigh = higher.every((byte) => byte === 0xbf);
  const [from, to] = [isWholeLow ? a! : a! + 1, isWholeHigh ? b! : b! - 1];
  return [
    ...(isWholeLow ? [] : first(a!, a!, split(lower, most))),
    ...(from <= to ? first(from, to, split(least, most)) : []),
    ...(isWholeHigh ? [] : first(b!, b!, split(least, higher))),
  ];
}
