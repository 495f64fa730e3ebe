import { mkdir, statfs } from 'node:fs/promises';

/** Bytes free on the disk that holds the folder, which is made; undefined where the system does not tell. */
export async function freeBytes(folder: string): Promise<number | undefined> {
  await mkdir(folder, { recursive: true });
  const disk = await statfs(folder).catch(() => undefined);
  return disk === undefined ? undefined : disk.bavail * disk.bsize;
}
