import { AssayError, isAssayError } from '../errors/assay-error.ts';

/** What a file system answers, in words; anything else is no failure of one. */
const FAILURES: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EBUSY: 'it is in use',
  EEXIST: 'there is something already',
  EIO: 'the disk failed to read or write',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of its path is no folder',
  ENOTEMPTY: 'the folder is not empty',
  EPERM: 'it is not permitted',
  EROFS: 'the file system can only be read',
  ETXTBSY: 'it is in use',
  EXDEV: 'it lies on another disk',
};
const FULL: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const OPEN: ReadonlySet<string | undefined> = new Set(['EMFILE', 'ENFILE']);

/** A failure of the file system, wherever it arose, as an error with its place and a hint; undefined for anything else. */
export function systemError(cause: unknown): AssayError | undefined {
  const { code, path, syscall } = (cause ?? {}) as NodeJS.ErrnoException;
  const file = path ?? 'a file';
  if (FULL.has(code)) return diskFull(cause, file);
  if (OPEN.has(code)) return tooManyOpen(cause);
  const words = code === undefined ? undefined : FAILURES[code];
  if (words === undefined || syscall === undefined) return undefined;
  return new AssayError('FILE_SYSTEM', `${file}: ${words} (${code}, ${syscall})`, {
    hint: 'Check the path and its permissions, or name another.',
    cause,
  });
}

/** What went wrong while a file was written. */
export function storageError(cause: unknown, file: string): AssayError {
  if (isAssayError(cause)) return cause;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (FULL.has(code)) return diskFull(cause, file);
  if (OPEN.has(code)) return tooManyOpen(cause);
  const words = code === undefined ? undefined : FAILURES[code];
  return new AssayError('RUN_OUTPUT_NOT_WRITABLE', `cannot write ${file} (${words ?? code ?? String(cause)})`, {
    hint: code === 'EISDIR' ? 'Name a file with -o.' : 'Name a folder you may write to with -o.',
    cause,
  });
}

function diskFull(cause: unknown, file: string): AssayError {
  return new AssayError('RUN_DISK_FULL', `no space left while writing ${file}`, {
    hint: 'Free some space and continue with `assay run --resume`; what was scored is on disk.',
    cause,
  });
}

function tooManyOpen(cause: unknown): AssayError {
  return new AssayError('FILE_SYSTEM', 'this process may not open more files', {
    hint: 'Allow more (`ulimit -n 1024`), or use fewer --workers. What was scored is on disk.',
    cause,
  });
}
