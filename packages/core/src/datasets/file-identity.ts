import { stat } from 'node:fs/promises';
import { AssayError, type SourcePlace } from '../errors/assay-error.ts';

/** What the file system says of a file: equal while nobody wrote to it or put another in its place. */
export interface FileIdentity {
  readonly bytes: number;
  /** Device, inode, size, and times of the last change of bytes and of the entry, in nanoseconds. */
  readonly mark: string;
  /** The later of these times, in milliseconds. */
  readonly changedAtMs: number;
}

/** @throws AssayError DATASET_NOT_FOUND; DATASET_NOT_A_FILE for a pipe, a socket, a device or a folder */
export async function fileIdentity(path: string, at?: SourcePlace): Promise<FileIdentity> {
  const found = await stat(path, { bigint: true }).catch((cause: unknown) => {
    throw new AssayError('DATASET_NOT_FOUND', `cannot read ${path}`, { at, cause });
  });
  if (!found.isFile()) {
    const kind = found.isDirectory()
      ? 'a folder'
      : found.isFIFO()
        ? 'a pipe'
        : found.isSocket()
          ? 'a socket'
          : 'a device';
    throw new AssayError('DATASET_NOT_A_FILE', `${path} is ${kind}`, {
      at,
      hint: 'name a regular file; `-` reads standard input',
    });
  }
  const { dev, ino, size, mtimeNs, ctimeNs } = found;
  const changedAtMs = Math.max(Number(mtimeNs), Number(ctimeNs)) / 1e6;
  return { bytes: Number(size), mark: [dev, ino, size, mtimeNs, ctimeNs].join(' '), changedAtMs };
}

/** The error that ends a run whose data is not what it was. */
export function datasetChanged(path: string): AssayError {
  return new AssayError('DATASET_CHANGED', `${path} was changed while it was in use`, {
    at: { file: path },
    hint: 'run again once nothing writes to it; nothing that was read after the change counts',
  });
}
