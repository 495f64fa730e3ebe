import type { Budget } from './budget.ts';
import { compare } from './order.ts';
import { raise } from './python-error.ts';
import { Callable, isTrue, type Keywords, type Value } from './values.ts';

/** Python's `sorted(values, key=…, reverse=…)`, which keeps the order of equals. */
export function sorted(values: Iterable<Value>, keywords: Keywords, budget: Budget): Value[] {
  const keyed = keyedBy([...values], keywords.get('key'));
  budget.size(keyed.length);
  const sign = isTrue(keywords.get('reverse') ?? false) ? -1 : 1;
  return keyed.sort((a, b) => sign * compare(a.key, b.key)).map(({ value }) => value);
}

/** The first that is the least (or greatest). @throws PythonError ValueError for none */
export function extreme(values: readonly Value[], sign: 1 | -1, keywords: Keywords): Value {
  const [first, ...rest] = keyedBy(values, keywords.get('key'));
  if (first === undefined) return keywords.get('default') ?? raise('ValueError', 'the sequence is empty');
  return rest.reduce((best, each) => (sign * compare(each.key, best.key) < 0 ? each : best), first).value;
}

function keyedBy(values: readonly Value[], key: Value | undefined): { key: Value; value: Value }[] {
  return values.map((value) => ({ key: key instanceof Callable ? key.call([value], new Map()) : value, value }));
}
