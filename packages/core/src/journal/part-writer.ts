import { DIGEST_BYTES } from '../samples/sample-digest.ts';
import { bitWidth, packNumbers } from './parquet-levels.ts';
import { type ColumnLayout, MAGIC, type PartLayout } from './part-layout.ts';
import { ThriftWriter } from './thrift-writer.ts';
import { indexValues } from './value-index.ts';

/** Parquet's numbers for what is used here. @see https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift */
const TYPE = { int64: 2, double: 5, text: 6, fixed: 7 } as const;
const PLAIN = 0;
const RLE = 3;
const RLE_DICTIONARY = 8;
const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;
const UTF8 = 0;

const LONE_SURROGATE = /\p{Surrogate}/u;

interface Chunk {
  readonly name: string;
  readonly type: keyof typeof TYPE;
  readonly isOptional: boolean;
  readonly dictionaryPage: number | undefined;
  readonly dataPage: number;
  readonly bytes: number;
}

/**
 * One Parquet file of one row group, uncompressed: a column after the other, each of a data page and, where values recur, a
 * dictionary. DuckDB, pandas and others read it; we read it by the layout that lies before the footer.
 */
export class PartWriter {
  readonly #rows: number;
  #pieces: Uint8Array[] = [Buffer.from(MAGIC)];
  #at = MAGIC.length;
  readonly #chunks: Chunk[] = [];
  readonly #columns: Record<string, ColumnLayout> = {};
  #isFaithful = true;

  constructor(rows: number) {
    this.#rows = rows;
  }

  /** Whole numbers up to 2^53. */
  integers(name: string, values: Float64Array): void {
    const bytes = Buffer.allocUnsafe(8 * this.#rows);
    const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let row = 0; row < this.#rows; row++) {
      const value = values[row]!;
      words.setUint32(8 * row, value % 2 ** 32, true);
      words.setUint32(8 * row + 4, Math.floor(value / 2 ** 32), true);
    }
    this.#column(name, 'int64', { isOptional: false, values: bytes, count: this.#rows });
  }

  /** `DIGEST_BYTES` bytes of each row. */
  fixed(name: string, bytes: Uint8Array): void {
    const values = bytes.subarray(0, DIGEST_BYTES * this.#rows);
    this.#column(name, 'fixed', { isOptional: false, values, count: this.#rows });
  }

  /** Texts, which usually recur; undefined for a row without one. */
  texts(name: string, values: (row: number) => string | undefined): void {
    const known = new Map<string, number>();
    const present = new Uint8Array(this.#rows);
    const indices = new Uint32Array(this.#rows);
    let count = 0;
    for (let row = 0; row < this.#rows; row++) {
      const value = values(row);
      if (value === undefined) continue;
      let index = known.get(value);
      if (index === undefined) {
        index = known.size;
        known.set(value, index);
        if (LONE_SURROGATE.test(value)) this.#isFaithful = false;
      }
      present[row] = 1;
      indices[count++] = index;
    }
    const dictionary = { bytes: plainTexts(known.keys()), count: known.size };
    this.#column(name, 'text', { isOptional: true, present, count, dictionary, indices });
  }

  /** Numbers; `present` has 1 for each row with a value, and `values` the values of those alone. */
  numbers(name: string, values: Float64Array, present: Uint8Array, count: number): void {
    const indexed = indexValues(values, count);
    if (indexed === undefined) {
      this.#column(name, 'double', { isOptional: true, present, count, values: bytesOf(values.subarray(0, count)) });
      return;
    }
    const { distinct, indices } = indexed;
    const dictionary = { bytes: bytesOf(distinct), count: distinct.length };
    this.#column(name, 'double', { isOptional: true, present, count, dictionary, indices });
  }

  /** @returns undefined where a text is not well-formed Unicode, which Parquet's texts are */
  finish(layout: Pick<PartLayout, 'algorithms'>): Buffer | undefined {
    if (!this.#isFaithful) return undefined;
    const whole: PartLayout = { format: 1, rows: this.#rows, ...layout, columns: this.#columns };
    const text = Buffer.from(JSON.stringify(whole));
    this.#push(text);
    this.#push(uint32(text.length));
    const footer = this.#footer();
    this.#push(footer);
    this.#push(uint32(footer.length));
    this.#push(Buffer.from(MAGIC));
    return this.#whole();
  }

  /** In memory of its own: what lies in Node's pool of small buffers cannot change hands between threads. */
  #whole(): Buffer {
    const whole = Buffer.allocUnsafeSlow(this.#at);
    let at = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }

  #column(
    name: string,
    type: keyof typeof TYPE,
    content: {
      readonly isOptional: boolean;
      readonly present?: Uint8Array;
      readonly count: number;
      readonly dictionary?: { readonly bytes: Uint8Array; readonly count: number };
      readonly indices?: ArrayLike<number>;
      readonly values?: Uint8Array;
    },
  ): void {
    const { isOptional, present, count, dictionary, indices, values } = content;
    const start = this.#at;
    const hasDictionary = dictionary !== undefined && dictionary.count > 0;
    if (hasDictionary) this.#page(DICTIONARY_PAGE, [dictionary.bytes], dictionary.count, PLAIN);
    const dictionaryStart = this.#at - (dictionary?.bytes.length ?? 0);
    const dataPage = this.#at;
    const levels = isOptional ? packNumbers(present!, this.#rows, 1) : undefined;
    const width = bitWidth((dictionary?.count ?? 1) - 1);
    const body: Uint8Array[] = levels === undefined ? [] : [uint32(levels.length), levels];
    if (hasDictionary) body.push(Buffer.from([width]), packNumbers(indices!, count, width));
    else if (values !== undefined) body.push(values);
    this.#page(DATA_PAGE, body, this.#rows, hasDictionary ? RLE_DICTIONARY : PLAIN);
    const last = body.at(-1)?.length ?? 0;
    const hasLevels = levels !== undefined && count > 0 && count < this.#rows;
    const sizeOfBody = body.reduce((sum, { length }) => sum + length, 0);
    this.#columns[name] = {
      ...(hasDictionary ? { dictionary: [dictionaryStart, dictionary.count] as const } : {}),
      ...(hasLevels ? { levels: this.#at - sizeOfBody + 4 } : {}),
      count,
      values: this.#at - last,
    };
    this.#chunks.push({
      name,
      type,
      isOptional,
      dictionaryPage: hasDictionary ? start : undefined,
      dataPage,
      bytes: this.#at - start,
    });
  }

  #page(type: number, body: readonly Uint8Array[], count: number, encoding: number): void {
    const size = body.reduce((sum, { length }) => sum + length, 0);
    const head = new ThriftWriter();
    head.int32(1, type);
    head.int32(2, size);
    head.int32(3, size);
    head.struct(type === DATA_PAGE ? 5 : 7, () => {
      head.int32(1, count);
      head.int32(2, encoding);
      if (type !== DATA_PAGE) return;
      head.int32(3, RLE);
      head.int32(4, RLE);
    });
    this.#push(head.toBytes());
    for (const piece of body) this.#push(piece);
  }

  #footer(): Buffer {
    const footer = new ThriftWriter();
    footer.int32(1, 1);
    footer.structs(2, [undefined, ...this.#chunks], (chunk) => {
      if (chunk === undefined) {
        footer.text(4, 'part');
        footer.int32(5, this.#chunks.length);
        return;
      }
      footer.int32(1, TYPE[chunk.type]);
      if (chunk.type === 'fixed') footer.int32(2, DIGEST_BYTES);
      footer.int32(3, chunk.isOptional ? 1 : 0);
      footer.text(4, chunk.name);
      if (chunk.type === 'text') footer.int32(6, UTF8);
    });
    footer.int64(3, this.#rows);
    footer.structs(4, [this.#chunks], (chunks) => {
      footer.structs(1, chunks, (chunk) => {
        footer.int64(2, chunk.dictionaryPage ?? chunk.dataPage);
        footer.struct(3, () => this.#chunk(footer, chunk));
      });
      footer.int64(
        2,
        chunks.reduce((sum, { bytes }) => sum + bytes, 0),
      );
      footer.int64(3, this.#rows);
    });
    footer.text(6, 'assay');
    return footer.toBytes();
  }

  #chunk(footer: ThriftWriter, { type, name, bytes, dataPage, dictionaryPage }: Chunk): void {
    footer.int32(1, TYPE[type]);
    footer.int32s(2, dictionaryPage === undefined ? [PLAIN, RLE] : [PLAIN, RLE, RLE_DICTIONARY]);
    footer.texts(3, [name]);
    footer.int32(4, 0);
    footer.int64(5, this.#rows);
    footer.int64(6, bytes);
    footer.int64(7, bytes);
    footer.int64(9, dataPage);
    if (dictionaryPage !== undefined) footer.int64(11, dictionaryPage);
  }

  #push(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.#at += bytes.length;
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** As they lie in memory, which is little-endian on every machine that Node runs on but one. */
const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Each with its length in bytes before it. */
function plainTexts(texts: Iterable<string>): Buffer {
  const pieces: Buffer[] = [];
  for (const text of texts) {
    const bytes = Buffer.from(text);
    pieces.push(uint32(bytes.length), bytes);
  }
  return Buffer.concat(pieces);
}
