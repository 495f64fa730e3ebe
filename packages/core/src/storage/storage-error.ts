import { AssayError, isAssayError } from '../errors/assay-error.ts';

/** File system failures as errors with a hint. */
export function storageError(cause: unknown, file: string): AssayError {
  if (isAssayError(cause)) return cause;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AssayError('RUN_DISK_FULL', `no space left while writing ${file}`, {
      hint: 'Free some space and continue with `assay run --resume`; what was scored is on disk.',
      cause,
    });
  }
  return new AssayError('RUN_OUTPUT_NOT_WRITABLE', `cannot write ${file} (${code ?? String(cause)})`, {
    hint: 'Name a folder you may write to with -o.',
    cause,
  });
}
