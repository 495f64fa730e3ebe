const SPECIAL: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  Infinity: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/**
 * Largest relative error over all numbers of two JSON-like values; `Infinity` where shapes, strings or flags differ.
 * Numbers below 1 in size are compared absolutely. Golden files write NaN and ±inf as strings.
 */
export function relativeError(actual: unknown, expected: unknown): number {
  if (typeof actual === 'number') {
    const wanted = typeof expected === 'string' ? SPECIAL[expected] : expected;
    if (typeof wanted !== 'number') return Number.POSITIVE_INFINITY;
    if (Object.is(actual, wanted) || actual === wanted) return 0;
    if (!Number.isFinite(actual) || !Number.isFinite(wanted)) return Number.POSITIVE_INFINITY;
    return Math.abs(actual - wanted) / Math.max(1, Math.abs(wanted));
  }
  if (ArrayBuffer.isView(actual)) return relativeError(Array.from(actual as unknown as Iterable<unknown>), expected);
  if (Array.isArray(actual)) {
    if (!Array.isArray(expected) || actual.length !== expected.length) return Number.POSITIVE_INFINITY;
    return actual.reduce<number>((worst, value, i) => Math.max(worst, relativeError(value, expected[i])), 0);
  }
  if (typeof actual === 'object' && actual !== null) {
    if (typeof expected !== 'object' || expected === null || Array.isArray(expected)) return Number.POSITIVE_INFINITY;
    const left = actual as Record<string, unknown>;
    const right = expected as Record<string, unknown>;
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...keys].reduce((worst, key) => Math.max(worst, relativeError(left[key], right[key])), 0);
  }
  return actual === expected ? 0 : Number.POSITIVE_INFINITY;
}
