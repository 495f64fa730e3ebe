import { join, normalize, sep } from 'node:path';
import type { S3Bucket } from '../aws/s3-bucket.ts';

/** Downloads every object below a prefix that ends with `/` into a folder. @returns their paths below it. @throws AssayError */
export async function downloadBelow(
  bucket: S3Bucket,
  prefix: string,
  folder: string,
  signal?: AbortSignal,
): Promise<string[]> {
  const written: string[] = [];
  for (const key of await bucket.list(prefix, signal)) {
    const path = key.slice(prefix.length);
    if (path === '' || path.endsWith('/')) continue;
    const file = join(folder, path);
    // A key is somebody's text: it must not lead out of the folder.
    if (!normalize(file).startsWith(normalize(folder) + sep)) continue;
    if (await bucket.download(key, file, signal)) written.push(path);
  }
  return written;
}
