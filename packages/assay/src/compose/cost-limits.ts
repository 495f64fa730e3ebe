import {
  AssayError,
  type AwsConfig,
  formatHourlyCost,
  hourlyCost,
  type Instances,
  type Limits,
  type PriceTable,
} from '@assay/core';
import type { CostSettings } from '../settings/run-settings.ts';

/** The cost asked for, else `aws.max_cost`; the time. @throws AssayError CONFIG_INVALID for a cost that no price is known for */
export function costLimits(settings: CostSettings, aws: AwsConfig | undefined, prices: PriceTable | undefined): Limits {
  // A limit of the config is refused by what it cannot be kept for, if that is asked for at all (checkInstances).
  if (settings.maxCost !== undefined && prices === undefined)
    throw new AssayError('CONFIG_INVALID', 'a limit of the cost needs prices', {
      hint: 'name a price table with `prices:` or --prices: none are built in',
    });
  return { maxCost: settings.maxCost ?? aws?.max_cost, maxRuntimeMs: settings.maxRuntimeMs };
}

/** Before instances are paid for: a limit that nobody can keep is refused. @returns what they cost, in words */
export function checkInstances(instances: Instances, prices: PriceTable | undefined, { maxCost }: Limits): string {
  const hourly = hourlyCost(prices, instances);
  const { type, count, use } = instances;
  if (hourly === null && maxCost !== undefined)
    throw new AssayError(
      'CONFIG_INVALID',
      `a limit of the cost cannot be kept: the price of ${type} (${use}) is unknown`,
      {
        hint: `add it to the prices: instances: { ${type}: { ${use}: … } }`,
      },
    );
  return `${type}${count === 1 ? '' : ` × ${count}`}, ${formatHourlyCost(hourly, prices)}`;
}
