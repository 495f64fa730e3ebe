import { type Expression, either, literal, repeat, sequence } from './expression.ts';

/** Whole numbers from one to another, both included, as JSON writes them. Both lie within 15 digits. */
export function integersBetween(low: number, high: number): Expression {
  const options: Expression[] = [];
  if (low < 0) {
    const negative = naturalsBetween(high < 0 ? -high : 1, -low);
    if (negative.length > 0) options.push(sequence(literal('-'), either(...negative)));
  }
  if (high >= 0) options.push(...naturalsBetween(Math.max(0, low), high));
  return either(...options);
}

function naturalsBetween(low: number, high: number): Expression[] {
  const found: Expression[] = [];
  for (let length = `${low}`.length; length <= `${high}`.length; length++) {
    const from = Math.max(low, length === 1 ? 0 : 10 ** (length - 1));
    const to = Math.min(high, 10 ** length - 1);
    if (from <= to) found.push(digitsBetween(`${from}`, `${to}`));
  }
  return found;
}

/** Digits of one length between two others. */
function digitsBetween(low: string, high: string): Expression {
  if (low.length === 0) return sequence();
  const [a, b] = [Number(low[0]), Number(high[0])];
  const [lower, higher] = [low.slice(1), high.slice(1)];
  if (a === b) return sequence(digit(a, a), digitsBetween(lower, higher));
  const rest = lower.length;
  // Whole tens, hundreds… at an end need no digits of their own: without that each digit would double what stands before it.
  const from = /^0*$/.test(lower) ? a : a + 1;
  const to = /^9*$/.test(higher) ? b : b - 1;
  const options: Expression[] = [];
  if (from > a) options.push(sequence(digit(a, a), digitsBetween(lower, '9'.repeat(rest))));
  if (to < b) options.push(sequence(digit(b, b), digitsBetween('0'.repeat(rest), higher)));
  if (from <= to) options.push(sequence(digit(from, to), repeat(digit(0, 9), rest, rest)));
  return either(...options);
}

function digit(from: number, to: number): Expression {
  return { kind: 'byte', low: 48 + from, high: 48 + to };
}
