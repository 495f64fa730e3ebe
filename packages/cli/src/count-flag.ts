import { FlagError } from './flags/flag-error.ts';

/** A whole number from the command line. @throws FlagError */
export function countFlag(flag: string, text: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new FlagError(
    `${flag} is ${JSON.stringify(text)}`,
    `Write a whole number ${most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`}.`,
  );
}

/** An amount from the command line, such as 2 or 0.5. @throws FlagError */
export function amountFlag(flag: string, text: string, what: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new FlagError(`${flag} is ${JSON.stringify(text)}`, `Write ${what}, such as 2 or 0.5.`);
}
