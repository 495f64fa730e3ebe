import { AssayError } from '@assay/core';

/** A whole number from the command line. @throws AssayError USAGE */
export function countFlag(flag: string, text: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new AssayError('USAGE', `${flag} is ${JSON.stringify(text)}`, {
    hint: `Write a whole number ${most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`}.`,
  });
}

/** An amount from the command line, such as 2 or 0.5. @throws AssayError USAGE */
export function amountFlag(flag: string, text: string, what: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new AssayError('USAGE', `${flag} is ${JSON.stringify(text)}`, { hint: `Write ${what}, such as 2 or 0.5.` });
}
