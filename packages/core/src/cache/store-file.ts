import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';

const MAGIC = 0xbeefc0de;
const META_PAGES = 2;
/** Offsets in a meta page of the lmdb package's data format 2. */
const AT = { magic: 24, version: 28, pageSize: 48, lastPage: 144, transaction: 152, end: 160 } as const;

/**
 * Whether a store's file is whole, as far as its two meta pages tell. LMDB maps the file into memory, so that a file cut
 * short or of another kind would end the process and not throw.
 */
export async function isWholeStore(file: string): Promise<boolean> {
  if (!existsSync(file)) return true;
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    if (size === 0) return true;
    const first = await readMeta(handle, 0);
    if (first === undefined || (first.pageSize & (first.pageSize - 1)) !== 0) return false;
    const second = await readMeta(handle, first.pageSize);
    if (second === undefined) return false;
    const newest = first.transaction > second.transaction ? first : second;
    return size >= Math.max(META_PAGES, newest.lastPage + 1) * first.pageSize;
  } finally {
    await handle.close();
  }
}

async function readMeta(
  handle: Awaited<ReturnType<typeof open>>,
  position: number,
): Promise<{ pageSize: number; lastPage: number; transaction: bigint } | undefined> {
  const page = Buffer.alloc(AT.end);
  const { bytesRead } = await handle.read(page, 0, AT.end, position);
  if (bytesRead < AT.end || page.readUInt32LE(AT.magic) !== MAGIC || page.readUInt32LE(AT.version) !== 2)
    return undefined;
  return {
    pageSize: page.readUInt32LE(AT.pageSize),
    lastPage: Number(page.readBigUInt64LE(AT.lastPage)),
    transaction: page.readBigUInt64LE(AT.transaction),
  };
}
