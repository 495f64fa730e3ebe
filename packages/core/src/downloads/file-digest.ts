import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/**
 * `sha256` of the bytes; git's own object id (`sha1` over a header and the bytes), which names small files on the hub;
 * `md5`, which is the ETag of an S3 object that was uploaded in one part.
 */
export type DigestAlgorithm = 'sha256' | 'git-sha1' | 'md5';

const HASHES = { sha256: 'sha256', 'git-sha1': 'sha1', md5: 'md5' } as const;

/**
 * Hex digest of a file, read as a stream.
 * @throws the file system's error when the file cannot be read
 */
export async function fileDigest(path: string, algorithm: DigestAlgorithm): Promise<string> {
  const hash = createHash(HASHES[algorithm]);
  if (algorithm === 'git-sha1') hash.update(`blob ${(await stat(path)).size}\0`);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
