import type { PriceTable } from '../config/schema/run-config.ts';

/** What an instance does, by which SageMaker prices it. */
export type InstanceUse = 'endpoint' | 'processing' | 'training' | 'transform';

/** Instances of one type that are paid by the hour. */
export interface Instances {
  readonly use: InstanceUse;
  /** `ml.g5.2xlarge` */
  readonly type: string;
  readonly count: number;
}

/** What instances cost in an hour by the user's own prices; null when they do not say. */
export function hourlyCost(prices: PriceTable | undefined, { use, type, count }: Instances): number | null {
  const price = prices?.instances?.[type]?.[use];
  return price === undefined ? null : price * count;
}

/** `3.04 USD an hour`, or that nobody knows. */
export function formatHourlyCost(cost: number | null, prices: PriceTable | undefined): string {
  return cost === null ? 'unknown price (add it to `prices`)' : `${formatAmount(cost)} ${prices!.currency} an hour`;
}

/** Two decimals, or two digits where those would show nothing. */
export function formatAmount(amount: number): string {
  return amount >= 0.01 || amount === 0 ? amount.toFixed(2) : amount.toPrecision(2);
}
