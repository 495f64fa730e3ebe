import type { CodeModule } from 'assay/internal';
import { printable } from './terminal.ts';

/** Said whatever the display: code of a config runs with all that this process may do. */
export function tellOfCode({ file, sha256 }: CodeModule): void {
  process.stderr.write(`--allow-code runs the code in ${printable(file)} (sha256 ${sha256})\n`);
}
