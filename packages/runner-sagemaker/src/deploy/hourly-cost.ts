import type { PriceTable } from '@assay/core';

/** What instances cost in an hour by the user's own prices; null when they do not say. */
export function hourlyCost(
  prices: PriceTable | undefined,
  use: 'endpoint' | 'processing' | 'training' | 'transform',
  instanceType: string,
  instances = 1,
): number | null {
  const price = prices?.instances?.[instanceType]?.[use];
  return price === undefined ? null : price * instances;
}

/** `3.04 USD an hour`, or that nobody knows. */
export function formatHourlyCost(cost: number | null, prices: PriceTable | undefined): string {
  return cost === null ? 'unknown price (add it to `prices`)' : `${cost.toFixed(2)} ${prices!.currency} an hour`;
}
