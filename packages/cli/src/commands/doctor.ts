import { inspectInstall } from 'assay/internal';
import { EXIT } from '../exit-codes.ts';
import { printable } from '../print/terminal.ts';

/** What is installed, what is missing, and how to get it. Exit code 0: what is missing may not be needed. */
export async function doctor(): Promise<number> {
  for (const { what, ok, message, hint } of await inspectInstall()) {
    process.stdout.write(`${ok ? 'ok     ' : 'missing'}  ${what.padEnd(12)}  ${printable(message)}\n`);
    if (!ok && hint !== undefined) process.stdout.write(`${' '.repeat(23)}${printable(hint)}\n`);
  }
  return EXIT.passed;
}
