import { AssayError } from '@assay/core';

/** A whole number from the command line. @throws AssayError USAGE */
export function countFlag(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new AssayError('USAGE', `${flag} is ${JSON.stringify(text)}`, {
    hint: `Write a whole number from ${least} to ${most}.`,
  });
}
