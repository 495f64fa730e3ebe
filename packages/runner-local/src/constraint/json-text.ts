import {
  type CodePoints,
  characters,
  type Expression,
  either,
  literal,
  optional,
  repeat,
  sequence,
} from './expression.ts';

const QUOTE = literal('"');
const QUOTED = 0x22;
const BACKSLASH = 0x5c;
const CONTROLS: Readonly<Record<number, string>> = { 8: '\\b', 9: '\\t', 10: '\\n', 12: '\\f', 13: '\\r' };
const BLANK = optional(literal(' '));
const DIGIT: Expression = { kind: 'byte', low: 0x30, high: 0x39 };
const DIGIT_FROM_1: Expression = { kind: 'byte', low: 0x31, high: 0x39 };
/** Digits that every reader of JSON takes without loss. */
const MOST_DIGITS = 15;

/** Characters inside quotes, in one way each: those that must be escaped, escaped. */
export function quotedCharacters(ranges: readonly CodePoints[]): Expression {
  const plain = ranges.flatMap(plainParts);
  const escaped = [...Object.keys(CONTROLS).map(Number), QUOTED, BACKSLASH].filter((point) =>
    ranges.some(([low, high]) => low <= point && point <= high),
  );
  const options = escaped.map((point) => literal(CONTROLS[point] ?? `\\${String.fromCharCode(point)}`));
  return either(...(plain.length === 0 ? [] : [characters(plain)]), ...options);
}

/** A range without controls, quotes and backslashes. */
function plainParts([low, high]: CodePoints): CodePoints[] {
  const allowed: CodePoints[] = [
    [0x20, QUOTED - 1],
    [QUOTED + 1, BACKSLASH - 1],
    [BACKSLASH + 1, 0x10ffff],
  ];
  return allowed
    .map(([from, to]): CodePoints => [Math.max(from, low), Math.min(to, high)])
    .filter(([from, to]) => from <= to);
}

const ANY_CHARACTER = quotedCharacters([[0, 0x10ffff]]);

export function jsonString(least = 0, most: number | null = null): Expression {
  return sequence(QUOTE, repeat(ANY_CHARACTER, least, most), QUOTE);
}

/** A string whose characters a pattern tells. */
export function quoted(content: Expression): Expression {
  return sequence(QUOTE, content, QUOTE);
}

const WHOLE = either(literal('0'), sequence(DIGIT_FROM_1, repeat(DIGIT, 0, MOST_DIGITS - 1)));
export const JSON_INTEGER: Expression = either(
  WHOLE,
  sequence(literal('-'), DIGIT_FROM_1, repeat(DIGIT, 0, MOST_DIGITS - 1)),
);
export const JSON_NUMBER: Expression = sequence(
  optional(literal('-')),
  WHOLE,
  optional(sequence(literal('.'), repeat(DIGIT, 1, MOST_DIGITS))),
);

export function jsonArray(
  items: Expression | null,
  least: number,
  most: number | null,
  head: readonly Expression[] = [],
): Expression {
  const comma = sequence(literal(','), BLANK);
  const fixed = head.slice(0, most ?? head.length);
  // From the back: what may follow each item that is there.
  const restLeast = Math.max(0, least - fixed.length);
  const restMost = items === null ? 0 : most === null ? null : most - fixed.length;
  let rest: Expression = sequence();
  if (items !== null && restMost !== 0) {
    const more = repeat(
      sequence(comma, items),
      Math.max(0, restLeast - (fixed.length === 0 ? 1 : 0)),
      restMost === null ? null : restMost - (fixed.length === 0 ? 1 : 0),
    );
    rest = fixed.length === 0 ? sequence(items, more) : more;
    if (fixed.length === 0 && least === 0) rest = optional(rest);
  }
  for (const [at, item] of [...fixed.entries()].reverse()) {
    const one = sequence(at === 0 ? sequence() : comma, item, rest);
    rest = at < least ? one : optional(one);
  }
  return sequence(literal('['), rest, literal(']'));
}

export interface Member {
  readonly key: Expression;
  readonly value: Expression;
  readonly isRequired: boolean;
}

/** An object with these members in this order, the optional ones there or not. */
export function jsonObject(members: readonly Member[]): Expression {
  const comma = sequence(literal(','), BLANK);
  const pair = ({ key, value }: Member): Expression => sequence(key, literal(':'), BLANK, value);
  // Behind a member, and as the first.
  let [after, first]: [Expression, Expression | null] = [sequence(), sequence()];
  for (const member of [...members].reverse()) {
    const nextAfter = sequence(comma, pair(member), after);
    const nextFirst = sequence(pair(member), after);
    first = member.isRequired ? nextFirst : either(nextFirst, first);
    after = member.isRequired ? nextAfter : either(nextAfter, after);
  }
  return sequence(literal('{'), first, literal('}'));
}

/** An object of any members with values of one kind. */
export function jsonRecord(key: Expression, value: Expression, least: number, most: number | null): Expression {
  const pair = sequence(key, literal(':'), BLANK, value);
  if (most === 0) return literal('{}');
  const more = repeat(sequence(literal(','), BLANK, pair), Math.max(0, least - 1), most === null ? null : most - 1);
  const some = sequence(pair, more);
  return sequence(literal('{'), least === 0 ? optional(some) : some, literal('}'));
}
