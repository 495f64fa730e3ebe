import { inspectInstall } from 'assay/internal';
import { EXIT } from '../exit-codes.ts';
import { beside } from '../print/fit-text.ts';
import { printable, terminalOf } from '../print/terminal.ts';

/** What is installed, what is missing, and how to get it. Exit code 0: what is missing may not be needed. */
export async function doctor(): Promise<number> {
  const { columns } = terminalOf(process.stdout, process.env, undefined);
  for (const { what, ok, message, hint } of await inspectInstall()) {
    const label = `${ok ? 'ok     ' : 'missing'}  ${what.padEnd(12)}  `;
    process.stdout.write(`${beside(label, printable(message), columns)}\n`);
    if (!ok && hint !== undefined) process.stdout.write(`${' '.repeat(23)}${printable(hint)}\n`);
  }
  return EXIT.passed;
}
