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
  const digit = (from: string, to: string): Expression => ({
    kind: 'byte',
    low: from.charCodeAt(0),
    high: to.charCodeAt(0),
  });
  const [a, b] = [low[0]!, high[0]!];
  if (a === b) return sequence(digit(a, b), digitsBetween(low.slice(1), high.slice(1)));
  const rest = low.length - 1;
  const options = [
    sequence(digit(a, a), digitsBetween(low.slice(1), '9'.repeat(rest))),
    sequence(digit(b, b), digitsBetween('0'.repeat(rest), high.slice(1))),
  ];
  const [from, to] = [String(Number(a) + 1), String(Number(b) - 1)];
  if (Number(from) <= Number(to)) options.push(sequence(digit(from, to), repeat(digit('0', '9'), rest, rest)));
  return either(...options);
}
