import { open } from 'node:fs/promises';
import { datasetChanged, type FileIdentity } from './file-identity.ts';

/** A file up to this is small: what opening it costs is more than what reading it does. */
export const SMALL_BYTES: number = 2 ** 16;
/** Bytes of small files that a dataset may hold; what is beyond is read again each time. */
const MOST_BYTES = 2 ** 26;

/** Room for the bytes of a dataset's small files, which are read once for all that is done with them. */
export class HeldBytes {
  #left: number;

  constructor(most: number = MOST_BYTES) {
    this.#left = most;
  }

  /**
   * All bytes of a small file. Whether they are those of one state of it is seen when the file is looked at again, at the end.
   * @returns undefined where the file is not small, or there is no room
   * @throws AssayError DATASET_CHANGED where it is gone, or shorter than it was
   */
  async read(path: string, { bytes }: FileIdentity): Promise<Buffer | undefined> {
    if (bytes > SMALL_BYTES || bytes > this.#left) return undefined;
    this.#left -= bytes;
    const handle = await open(path).catch(() => {
      throw datasetChanged(path);
    });
    try {
      // No slice of a shared buffer: it is copied to threads, and the whole of it would be.
      const held = Buffer.allocUnsafeSlow(bytes);
      const { bytesRead } = await handle.read(held, 0, bytes, 0);
      if (bytesRead !== bytes) throw datasetChanged(path);
      return held;
    } finally {
      await handle.close();
    }
  }
}
