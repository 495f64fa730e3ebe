import { amountFlag, countFlag } from '../count-flag.ts';
import { FlagError } from './flag-error.ts';

/** What a flag's text stands for. @throws FlagError where it stands for nothing */
export type ParseFlag<T = unknown> = (text: string) => T;

export const count =
  (flag: string, least: number, most?: number): ParseFlag<number> =>
  (text) =>
    countFlag(flag, text, least, most);

export const names: ParseFlag<string[]> = (text) => text.split(',').map((name) => name.trim());

/** `20`: the first 20 rows; `101-200`: those rows, counted from 1, both ends included. */
export const limit: ParseFlag<number | { from: number; to: number }> = (text) => {
  const range = /^([1-9]\d*)-([1-9]\d*)$/.exec(text);
  if (range === null) return countFlag('--limit', text, 1);
  const [from, to] = [Number(range[1]), Number(range[2])];
  if (from > to) throw new FlagError(`--limit is ${text}`, `Write ${to}-${from}.`);
  return { from: from - 1, to };
};

/** A count of failures, or a share of the samples as 0.05 or 5%. */
export const maxFailures: ParseFlag<{ count: number } | { fraction: number }> = (text) => {
  if (text.endsWith('%')) return { fraction: amountFlag('--max-failures', text.slice(0, -1), 'a percentage') / 100 };
  const value = amountFlag('--max-failures', text, 'a count, a share below 1 or a percentage');
  if (value > 0 && value < 1) return { fraction: value };
  return { count: countFlag('--max-failures', text, 0) };
};

export const maxCost: ParseFlag<number> = (text) => {
  const what = 'an amount above 0 in the currency of the prices';
  const amount = amountFlag('--max-cost', text, what);
  if (amount > 0) return amount;
  throw new FlagError('--max-cost is 0', `Write ${what}.`);
};

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** `90` and `90s`, `30m`, `1.5h`, in milliseconds. */
export const maxRuntime: ParseFlag<number> = (text) => {
  const found = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(text);
  const ms = found === null ? 0 : Number(found[1]) * UNITS_MS[found[2] || 's']!;
  if (ms > 0) return ms;
  throw new FlagError(`--max-runtime takes a time such as 90s, 30m or 2h, not "${text}"`);
};

/** `line_bytes=1000,text_pairs=1e12`: keys of `dataset.budgets`; whether there are such keys their schema says. */
export const budgets: ParseFlag<Record<string, number>> = (text) =>
  Object.fromEntries(
    names(text).map((budget) => {
      const [, name, value] = /^([a-z_]+)=(\d+(?:\.\d+)?(?:e\+?\d+)?)$/i.exec(budget) ?? [];
      if (name === undefined)
        throw new FlagError(`--budgets has "${budget}"`, 'Write a key of dataset.budgets, = and a number.');
      return [name, Number(value)];
    }),
  );
