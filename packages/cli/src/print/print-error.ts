import { AssayError, type ErrorCode, formatError, isAssayError, systemError } from 'assay/internal';
import { EXIT } from '../exit-codes.ts';
import { FlagError } from '../flags/flag-error.ts';
import { writeCrashReport } from './crash-report.ts';
import { printableLines } from './terminal.ts';

/** A run that was begun and could not be finished. */
const LIMITS: ReadonlySet<ErrorCode> = new Set([
  'RUN_TOO_MANY_FAILURES',
  'RUN_DISK_FULL',
  'RUN_LIMIT',
  'RUNNER_CIRCUIT_OPEN',
  'RUNNER_BATCH',
]);

/** Prints a failure on stderr and says which exit code it means. */
export function printError(failure: unknown): number {
  const thrown =
    failure instanceof FlagError
      ? new AssayError('USAGE', failure.message, { hint: failure.hint })
      : (systemError(failure) ?? failure);
  if (isAssayError(thrown)) {
    process.stderr.write(`${printableLines(formatError(thrown))}\n`);
    if (thrown.code === 'RUN_INTERRUPTED') return EXIT.interrupted;
    if (LIMITS.has(thrown.code)) return EXIT.samplesFailed;
    return EXIT.usage;
  }
  process.stderr.write(
    `${printableLines(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown))}\n`,
  );
  const report = writeCrashReport(thrown);
  const where =
    report === undefined ? '' : ` Please report it; versions and stack, without any text of yours, are in ${report}.`;
  process.stderr.write(
    `This is a fault in assay itself. What was scored is on disk; \`assay run --resume\` goes on.${where}\n`,
  );
  return EXIT.samplesFailed;
}
