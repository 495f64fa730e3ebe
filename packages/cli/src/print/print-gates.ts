import { type GateResult, gatesOutcome, type InconclusivePolicy } from 'assay/internal';
import { EXIT } from '../exit-codes.ts';
import { printable } from './terminal.ts';

const WORDS = { passed: 'passed', failed: 'FAILED', inconclusive: 'INCONCLUSIVE' } as const;

/** Each gate with its reason, those that did not pass last. @returns the exit code: 1 for a failed one, 4 for an open one */
export function printGates(
  results: readonly GateResult[],
  policy: InconclusivePolicy,
  stream: NodeJS.WritableStream,
): number {
  for (const { gate, model, status, reason } of results) {
    if (status === 'inconclusive' && policy === 'pass') continue;
    stream.write(`gate ${WORDS[status]}  ${printable(gate)}   ${printable(model)}: ${printable(reason)}\n`);
  }
  const outcome = gatesOutcome(results, policy);
  if (outcome === 'passed' && policy === 'warn' && results.some(({ status }) => status === 'inconclusive'))
    stream.write('inconclusive gates do not fail this command outside CI (on_inconclusive: fail makes them)\n');
  if (outcome === 'failed') return EXIT.gateFailed;
  return outcome === 'inconclusive' ? EXIT.inconclusive : EXIT.passed;
}
