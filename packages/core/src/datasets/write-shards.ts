import { mkdir } from 'node:fs/promises';
import { RANGE_BYTES } from './data-file.ts';
import type { Dataset } from './dataset.ts';
import type { ShardFile, ShardPiece } from './dataset-index.ts';
import { type JsonlRange, lineSpans } from './jsonl-ranges.ts';
import { readBytes } from './read-bytes.ts';
import type { RowFile } from './row-file.ts';
import { rowLine } from './row-line.ts';
import { spanFrom, spanOfRange, spanOfRows } from './row-selection.ts';
import { ShardWriter } from './shard-writer.ts';
import { TakenRows } from './taken-rows.ts';

export interface WriteShardsOptions {
  /** Takes the files; made where it is missing. */
  readonly folder: string;
  readonly shards: number;
  /** Rows that the run takes, ascending; undefined for all. */
  readonly rows: readonly number[] | undefined;
  /** Columns that some model or algorithm reads; undefined for all. */
  readonly columns: readonly string[] | undefined;
}

/**
 * Writes the rows that a run takes as files of JSON lines, one for each shard. Of plain JSON Lines the bytes are copied: of
 * each megabyte those from the first row that is taken to the last. Rows of other formats are written as JSON.
 * Memory does not grow with the rows. @throws AssayError DATASET_CHANGED
 */
export async function writeShards(dataset: Dataset, options: WriteShardsOptions): Promise<readonly ShardFile[]> {
  const { folder, shards, rows, columns } = options;
  await mkdir(folder, { recursive: true });
  const taken = new TakenRows(rows, rows?.length ?? (await dataset.countRows()), shards);
  const sizes = Array.from({ length: shards }, (_, shard) => taken.startOf(shard + 1) - taken.startOf(shard));
  const writer = new ShardWriter(folder, sizes);
  try {
    let base = 0;
    for (const [at, file] of dataset.files.entries()) {
      const copying = { at, base, taken, writer };
      if (file.isSplittable) await copyLines(file, copying);
      else {
        const wanted = spanFrom(
          base,
          rows === undefined ? spanOfRange({ from: 0, to: taken.total }) : spanOfRows(rows),
        );
        await writeRows(file.rows({ columns, wanted }), copying);
      }
      base += await file.countRows();
    }
    return await writer.end();
  } finally {
    await writer.close();
  }
}

interface Copying {
  /** Position of the file among the dataset's. */
  readonly at: number;
  /** Rows of the files before it. */
  readonly base: number;
  readonly taken: TakenRows;
  readonly writer: ShardWriter;
}

async function copyLines(file: RowFile, { at, base, taken, writer }: Copying): Promise<void> {
  for (const range of await file.ranges(Math.ceil(file.bytes / RANGE_BYTES))) {
    const first = base + range.firstRow;
    const spans = [...taken.spans(first, first + range.rows)];
    if (spans.length === 0) continue;
    const bytes = await bytesOf(range);
    const [span] = spans;
    const isWhole = span!.from === first && span!.to === first + range.rows;
    const lines = isWhole ? undefined : lineSpans(bytes);
    for (const { shard, from, to } of spans) {
      const start = lines?.[from - first];
      const firstLine = range.firstLine + (start?.line ?? 0);
      const place = { file: at, firstRow: from - base, rows: to - from, firstLine };
      await writer.add(shard, place, bytes.subarray(start?.start ?? 0, lines?.[to - 1 - first]?.end ?? bytes.length));
    }
  }
}

/** Without a byte-order mark, which no shard begins with. */
async function bytesOf(range: JsonlRange): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of readBytes(range, range.start, range.end)) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return range.start === 0 && bytes.toString('latin1', 0, 3) === '\u00ef\u00bb\u00bf' ? bytes.subarray(3) : bytes;
}

async function writeRows(batches: ReturnType<RowFile['rows']>, { at, base, taken, writer }: Copying): Promise<void> {
  let open: { readonly shard: number; readonly place: Omit<ShardPiece, 'start' | 'end' | 'rows'> } | undefined;
  let lines: string[] = [];
  let length = 0;
  const flush = async (): Promise<void> => {
    if (open === undefined) return;
    await writer.add(open.shard, { ...open.place, rows: lines.length }, Buffer.from(lines.join('')));
    open = undefined;
    lines = [];
    length = 0;
  };
  let row = 0;
  for await (const batch of batches) {
    for (const { shard, from, to } of taken.spans(base + row, base + row + batch.count)) {
      for (let index = from; index < to; index++) {
        if (!taken.has(index)) continue;
        const i = index - base - row;
        const { text, isBad } = rowLine(batch, i);
        const follows = open?.shard === shard && open.place.firstRow + lines.length === row + i;
        // A row that cannot be read stands alone, so that its line is known.
        if (!follows || isBad || length >= RANGE_BYTES) await flush();
        open ??= { shard, place: { file: at, firstRow: row + i, firstLine: batch.line(i) } };
        lines.push(text);
        length += text.length;
        if (isBad) await flush();
      }
    }
    row += batch.count;
  }
  await flush();
}
