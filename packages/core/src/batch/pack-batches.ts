import type { BatchLine, BatchService } from './batch-service.ts';

/**
 * Cuts requests into batches of what a service takes at once, in their order. A request above the bytes is a batch alone. A
 * rest below the fewest that a service takes is filled from the batch before it.
 */
export function packBatches(
  lines: readonly BatchLine[],
  { requests, bytes, least = 1 }: BatchService['limits'],
): (readonly BatchLine[])[] {
  const packs: BatchLine[][] = [];
  let size = 0;
  for (const line of lines) {
    // What stands around the body of a line is shorter than this.
    const lineBytes = Buffer.byteLength(line.body) + line.customId.length + 128;
    const last = packs.at(-1);
    if (last === undefined || last.length === requests || size + lineBytes > bytes) {
      packs.push([line]);
      size = lineBytes;
    } else {
      last.push(line);
      size += lineBytes;
    }
  }
  const [before, rest] = [packs.at(-2), packs.at(-1)];
  const lacking = least - (rest?.length ?? least);
  if (before !== undefined && lacking > 0 && before.length - lacking >= least)
    rest?.unshift(...before.splice(-lacking));
  return packs;
}
