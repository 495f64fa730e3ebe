const SPECIAL: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  Infinity: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** Names under which files keep p-values. */
const PVALUES: ReadonlySet<string> = new Set(['p', 'pvalue', 'p_value', 'adjusted_p']);
/** Below the smallest normal number a double has fewer digits than a tolerance asks for. */
const SMALLEST_NORMAL = 2.2250738585072014e-308;

/**
 * Largest relative error over all numbers of two JSON-like values; `Infinity` where shapes, strings or flags differ.
 * Numbers below 1 in size are compared absolutely, but p-values are not: there 1e-12 and 1e-13 are ten times apart.
 * Golden files write NaN and ±inf as strings.
 * @param isPvalue whether bare numbers are p-values; those under `p` or `pvalue` always are @default false
 */
export function relativeError(actual: unknown, expected: unknown, isPvalue: boolean = false): number {
  if (typeof actual === 'number') return numberError(actual, expected, isPvalue);
  if (ArrayBuffer.isView(actual)) {
    return relativeError(Array.from(actual as unknown as Iterable<unknown>), expected, isPvalue);
  }
  if (Array.isArray(actual)) {
    if (!Array.isArray(expected) || actual.length !== expected.length) return Number.POSITIVE_INFINITY;
    return actual.reduce<number>((worst, value, i) => Math.max(worst, relativeError(value, expected[i], isPvalue)), 0);
  }
  if (typeof actual === 'object' && actual !== null) {
    if (typeof expected !== 'object' || expected === null || Array.isArray(expected)) return Number.POSITIVE_INFINITY;
    const left = actual as Record<string, unknown>;
    const right = expected as Record<string, unknown>;
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...keys].reduce(
      (worst, key) => Math.max(worst, relativeError(left[key], right[key], isPvalue || PVALUES.has(key))),
      0,
    );
  }
  return actual === expected ? 0 : Number.POSITIVE_INFINITY;
}

function numberError(actual: number, expected: unknown, isPvalue: boolean): number {
  const wanted = typeof expected === 'string' ? SPECIAL[expected] : expected;
  if (typeof wanted !== 'number') return Number.POSITIVE_INFINITY;
  if (Object.is(actual, wanted) || actual === wanted) return 0;
  if (!Number.isFinite(actual) || !Number.isFinite(wanted)) return Number.POSITIVE_INFINITY;
  return Math.abs(actual - wanted) / Math.max(isPvalue ? SMALLEST_NORMAL : 1, Math.abs(wanted));
}
