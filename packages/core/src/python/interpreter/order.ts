import { raise } from './python-error.ts';
import { asNumber, isEqual, Tuple, typeNameOf, type Value } from './values.ts';

/** −1, 0 or 1 as Python's `<` orders them. @throws PythonError TypeError for what has no order */
export function compare(a: Value, b: Value): number {
  const [x, y] = [asNumber(a), asNumber(b)];
  if (x !== undefined && y !== undefined) return x < y ? -1 : x > y ? 1 : 0;
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  const [left, right] = [entriesOf(a), entriesOf(b)];
  if (left === undefined || right === undefined || typeNameOf(a) !== typeNameOf(b)) {
    raise('TypeError', `'<' not supported between instances of '${typeNameOf(a)}' and '${typeNameOf(b)}'`);
  }
  const at = left.findIndex((value, i) => i >= right.length || !isEqual(value, right[i]!));
  if (at < 0) return left.length < right.length ? -1 : 0;
  return at >= right.length ? 1 : compare(left[at]!, right[at]!);
}

const entriesOf = (value: Value): readonly Value[] | undefined =>
  Array.isArray(value) ? value : value instanceof Tuple ? value.entries : undefined;

/** By code points, where JavaScript orders by UTF-16 units. */
function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  let at = 0;
  while (a[at] === b[at]) at += 1;
  if (a.charCodeAt(at) >= 0xdc00 && a.charCodeAt(at) < 0xe000) at -= 1;
  return (a.codePointAt(at) ?? -1) < (b.codePointAt(at) ?? -1) ? -1 : 1;
}
