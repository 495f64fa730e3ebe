import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assayCacheFolder, type DigestAlgorithm, fileDigest } from '@assay/core';

interface Remembered {
  readonly size: string;
  readonly modifiedNs: string;
  readonly changedNs: string;
  readonly inode: string;
  readonly digests: Partial<Record<DigestAlgorithm, string>>;
}

/** A file changed this recently may change again within the clock's grain, unseen: its digest is not kept. */
const SETTLED_MS = 100;

/**
 * Digests of one folder's files, kept in the cache folder with size and times, so that loading a model
 * hashes its weights once and not at every start. `changedNs` cannot be set back by hand, unlike the modification time.
 */
export class DigestMemory {
  readonly #folder: string;
  readonly #place: string;
  readonly #files: Map<string, Remembered>;
  #changed = false;

  private constructor(folder: string, place: string, files: Map<string, Remembered>) {
    this.#folder = folder;
    this.#place = place;
    this.#files = files;
  }

  /** @param options.forget start with nothing known, so that every file is hashed again */
  static async open(
    folder: string,
    env: NodeJS.ProcessEnv = process.env,
    options: { readonly forget?: boolean } = {},
  ): Promise<DigestMemory> {
    const key = createHash('sha256').update(folder).digest('hex').slice(0, 32);
    const place = join(assayCacheFolder(env), 'file-digests', `${key}.json`);
    const files = options.forget ? new Map<string, Remembered>() : await readRemembered(place);
    return new DigestMemory(folder, place, files);
  }

  /** Hex digest of `path` (relative to the folder), from memory when the file is as it was. */
  async digest(path: string, algorithm: DigestAlgorithm): Promise<string> {
    const full = join(this.#folder, path);
    const now = await stat(full, { bigint: true });
    const stamp = {
      size: String(now.size),
      modifiedNs: String(now.mtimeNs),
      changedNs: String(now.ctimeNs),
      inode: String(now.ino),
    };
    const before = this.#files.get(path);
    const same =
      before?.size === stamp.size &&
      before.modifiedNs === stamp.modifiedNs &&
      before.changedNs === stamp.changedNs &&
      before.inode === stamp.inode;
    const known = same ? before.digests[algorithm] : undefined;
    if (known !== undefined) return known;
    const settled = Date.now() - Number(now.ctimeMs) > SETTLED_MS;
    const digest = await fileDigest(full, algorithm);
    if (settled) {
      this.#files.set(path, { ...stamp, digests: { ...(same ? before.digests : {}), [algorithm]: digest } });
      this.#changed = true;
    }
    return digest;
  }

  /** Writes what was learnt. A cache that cannot be written costs a hash next time and nothing else. */
  async save(): Promise<void> {
    if (!this.#changed) return;
    const temporary = `${this.#place}.${process.pid}.${randomBytes(4).toString('hex')}`;
    try {
      await mkdir(join(this.#place, '..'), { recursive: true });
      await writeFile(temporary, JSON.stringify(Object.fromEntries(this.#files)));
      await rename(temporary, this.#place);
    } catch {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
    this.#changed = false;
  }
}

/** A file that is absent or unreadable means nothing is known. */
async function readRemembered(place: string): Promise<Map<string, Remembered>> {
  try {
    return new Map(Object.entries(JSON.parse(await readFile(place, 'utf8')) as Record<string, Remembered>));
  } catch {
    return new Map();
  }
}
