import { AssayError, driftOf, type Side, type Sides } from 'assay/internal';
import { EXIT } from '../exit-codes.ts';
import { driftTable } from '../print/drift-table.ts';
import { printable, terminalOf } from '../print/terminal.ts';
import { type CompareFlags, formatOf } from './compare-flags.ts';

/** Two runs whose samples are others, on stdout. Exit code 1 with `--fail-on regression` when a score has become worse. */
export function compareDrift(
  [baseline, current]: readonly [Side, Side],
  { scores, damage }: Sides,
  flags: CompareFlags,
): number {
  const other = (flags.failOn ?? []).find((gate) => gate !== 'regression');
  const format = formatOf(flags);
  if (other !== undefined || (format !== 'text' && format !== 'json'))
    throw new AssayError('USAGE', `--drift does not go with ${other ?? `--format ${format}`}`, {
      hint: 'It takes --fail-on regression, and --format text or json.',
    });
  const drifts = driftOf(baseline.scores, current.scores, scores);
  if (format === 'json') process.stdout.write(`${JSON.stringify({ drift: drifts, damage }, null, 2)}\n`);
  else {
    process.stdout.write(`baseline   ${printable(baseline.name)}\ncurrent    ${printable(current.name)}\n`);
    process.stdout.write(`${driftTable(drifts, terminalOf(process.stdout, process.env, undefined))}\n`);
  }
  const worse = drifts.filter(({ verdict }) => verdict === 'worse');
  const isGated = flags.failOn !== undefined;
  for (const { algorithm, score, reason } of isGated ? worse : [])
    process.stderr.write(`gate failed  ${algorithm}.${score} has become worse (${printable(reason)})\n`);
  return isGated && worse.length > 0 ? EXIT.gateFailed : EXIT.passed;
}
