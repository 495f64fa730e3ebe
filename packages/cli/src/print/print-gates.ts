import type { GateResult } from 'assay/internal';
import { printable } from './terminal.ts';

/** Each gate with its reason; returns whether all passed. */
export function printGates(results: readonly GateResult[], stream: NodeJS.WritableStream): boolean {
  for (const { gate, model, passed, reason } of results) {
    stream.write(
      `gate ${passed ? 'passed' : 'FAILED'}  ${printable(gate)}   ${printable(model)}: ${printable(reason)}\n`,
    );
  }
  return results.every(({ passed }) => passed);
}
