import type { AsyncBuffer } from 'hyparquet';

/**
 * Reads from a file by a library that begins several pieces at once and forgets some of them when it fails: a piece that
 * nobody waits for would end the process when it cannot be read. Here such a piece never comes, and its failure is the whole
 * read's.
 */
export async function oneRead<T>(file: AsyncBuffer, read: (file: AsyncBuffer) => Promise<T>): Promise<T> {
  let fail: (cause: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const never = new Promise<never>(() => {});
  let isOver = false;
  const slice = (start: number, end?: number): Promise<ArrayBuffer> =>
    Promise.resolve(file.slice(start, end)).then(
      (bytes) => (isOver ? never : bytes),
      (cause: unknown) => {
        fail(cause);
        return never;
      },
    );
  try {
    return await Promise.race([read({ byteLength: file.byteLength, slice }), failed]);
  } finally {
    isOver = true;
  }
}
