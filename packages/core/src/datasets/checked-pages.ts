import type { AsyncBuffer, FileMetaData, SchemaTree } from 'hyparquet';

/** Values that one page may claim: a writer ends a page after some ten thousand. */
const MOST_VALUES = 2 ** 24;
/** Bytes that a page may unpack to beyond its packed ones, and how often over these. */
const FREE_BYTES = 2 ** 24;
const MOST_RATIO = 1000;

/** The pages of one column in one row group, as the footer has them. */
interface Chunk {
  readonly start: number;
  readonly end: number;
  /** Rows of the group. */
  readonly rows: number;
  /** Whether a row may hold several values. */
  readonly isNested: boolean;
  readonly index: { readonly start: number; readonly end: number } | undefined;
}

type PageHeader = ReturnType<typeof import('hyparquet/src/column.js')['parquetHeader']>;

/**
 * A Parquet file whose page headers are looked at before a decoder takes them at their word: counts that the footer
 * contradicts, or that no writer makes, would have it run for hours or fill the memory.
 * A read of pages throws where one of them lies. @see https://parquet.apache.org/docs/file-format/data-pages/
 */
export async function checkedPages(
  file: AsyncBuffer,
  metadata: FileMetaData,
  schema: SchemaTree,
): Promise<AsyncBuffer> {
  const { parquetHeader } = await import('hyparquet/src/column.js');
  const chunks = chunksOf(metadata, schema);
  return {
    byteLength: file.byteLength,
    slice: async (start, end = file.byteLength) => {
      const bytes = await file.slice(start, end);
      if (chunks.some(({ index }) => index?.start === start && index.end === end)) return bytes;
      const own = chunks.filter((chunk) => chunk.start < end && start < chunk.end);
      if (!own.some((chunk) => start >= chunk.start)) throw new Error(`no page of a column begins at byte ${start}`);
      for (const chunk of own) walk(bytes, start, end, chunk, parquetHeader);
      return bytes;
    },
  };
}

function walk(
  bytes: ArrayBuffer,
  start: number,
  end: number,
  chunk: Chunk,
  parquetHeader: (reader: { view: DataView; offset: number }) => PageHeader,
): void {
  const view = new DataView(bytes);
  const [from, to] = [Math.max(start, chunk.start), Math.min(end, chunk.end)];
  const reader = { view, offset: from - start };
  let values = 0;
  // The decoder leaves a last byte alone, too.
  while (reader.offset < Math.min(view.byteLength, to - start) - 1) {
    const header = parquetHeader(reader);
    values += valuesOf(header);
    checkPage(header, chunk);
    reader.offset += header.compressed_page_size;
  }
  const isWhole = from === chunk.start && to === chunk.end;
  if (!chunk.isNested && (isWhole ? values !== chunk.rows : values > chunk.rows))
    throw new Error(`the pages of a column hold ${values} values for ${chunk.rows} rows`);
}

/** Of data pages: a dictionary's are none of the column's. */
function valuesOf({ data_page_header: first, data_page_header_v2: second }: PageHeader): number {
  return first?.num_values ?? second?.num_values ?? 0;
}

function checkPage(header: PageHeader, { rows, isNested }: Chunk): void {
  const { compressed_page_size: packed, uncompressed_page_size: unpacked, dictionary_page_header: dictionary } = header;
  const v2 = header.data_page_header_v2;
  const values = valuesOf(header);
  const refuse = (what: string): never => {
    throw new Error(`a page claims ${what}`);
  };
  if (!isCount(packed) || !isCount(unpacked)) refuse('no size');
  if (unpacked > FREE_BYTES + MOST_RATIO * packed) refuse(`to unpack ${packed} bytes to ${unpacked}`);
  if (!isCount(values) || values > MOST_VALUES || (!isNested && values > rows)) refuse(`${values} values`);
  if (dictionary !== undefined && !(isCount(dictionary.num_values) && dictionary.num_values <= unpacked))
    refuse(`a dictionary of ${dictionary.num_values} values in ${unpacked} bytes`);
  if (v2 === undefined) return;
  const { definition_levels_byte_length: definition, repetition_levels_byte_length: repetition } = v2;
  if (!isCount(definition) || !isCount(repetition) || definition + repetition > Math.min(packed, unpacked))
    refuse(`levels of ${definition} and ${repetition} bytes in ${packed}`);
  if (!isCount(v2.num_nulls) || v2.num_nulls > values) refuse(`${v2.num_nulls} nulls of ${values} values`);
  if (!isCount(v2.num_rows) || v2.num_rows > values) refuse(`${v2.num_rows} rows of ${values} values`);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function chunksOf({ row_groups: groups }: FileMetaData, schema: SchemaTree): Chunk[] {
  return groups.flatMap(({ columns, num_rows: rows }) =>
    columns.flatMap((column): Chunk[] => {
      const meta = column.meta_data;
      if (meta === undefined) return [];
      const start = Number(meta.dictionary_page_offset || meta.data_page_offset);
      const { offset_index_offset: at, offset_index_length: length } = column;
      return [
        {
          start,
          end: start + Number(meta.total_compressed_size),
          rows: Number(rows),
          isNested: isNested(schema, meta.path_in_schema),
          index: at === undefined || length === undefined ? undefined : { start: Number(at), end: Number(at) + length },
        },
      ];
    }),
  );
}

function isNested(schema: SchemaTree, path: readonly string[]): boolean {
  let at: SchemaTree | undefined = schema;
  for (const name of path) {
    at = at?.children.find(({ element }) => element.name === name);
    if (at?.element.repetition_type === 'REPEATED') return true;
  }
  return false;
}
