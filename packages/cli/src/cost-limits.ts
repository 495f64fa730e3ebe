import {
  AssayError,
  type AwsConfig,
  formatHourlyCost,
  hourlyCost,
  type Instances,
  type Limits,
  type PriceTable,
} from '@assay/core';
import { amountFlag } from './count-flag.ts';

/** Flags of every command that may cost money. */
export interface CostFlags {
  readonly prices?: string;
  readonly maxCost?: string;
  readonly maxRuntime?: string;
}

/** `--max-cost`, else `aws.max_cost`; `--max-runtime`. @throws AssayError USAGE; CONFIG_INVALID for a flag where no price is known at all */
export function costLimits(flags: CostFlags, aws: AwsConfig | undefined, prices: PriceTable | undefined): Limits {
  const maxCost = flags.maxCost === undefined ? aws?.max_cost : amountOf(flags.maxCost);
  // A limit of the config is refused by what it cannot be kept for, if that is asked for at all (checkInstances).
  if (flags.maxCost !== undefined && prices === undefined)
    throw new AssayError('CONFIG_INVALID', 'a limit of the cost needs prices', {
      hint: 'name a price table with `prices:` or --prices: none are built in',
    });
  const maxRuntimeMs = flags.maxRuntime === undefined ? undefined : durationMs(flags.maxRuntime, '--max-runtime');
  return { maxCost, maxRuntimeMs };
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

function amountOf(text: string): number {
  const what = 'an amount above 0 in the currency of the prices';
  const amount = amountFlag('--max-cost', text, what);
  if (amount > 0) return amount;
  throw new AssayError('USAGE', '--max-cost is 0', { hint: `Write ${what}.` });
}

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** `90` and `90s`, `30m`, `1.5h`, in milliseconds. @throws AssayError USAGE */
export function durationMs(text: string, flag: string): number {
  const found = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(text);
  const ms = found === null ? 0 : Number(found[1]) * UNITS_MS[found[2] || 's']!;
  if (ms > 0) return ms;
  throw new AssayError('USAGE', `${flag} takes a time such as 90s, 30m or 2h, not "${text}"`);
}
