/**
 * Thrift's compact protocol, as much of it as Parquet's page headers and footer need.
 * @see https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
export class ThriftWriter {
  #bytes: number[] = [];
  #lastField = 0;
  readonly #outer: number[] = [];

  int32(field: number, value: number): void {
    this.#head(field, 5);
    this.#zigzag(value);
  }

  int64(field: number, value: number): void {
    this.#head(field, 6);
    this.#zigzag(value);
  }

  text(field: number, value: string): void {
    this.#head(field, 8);
    this.#binary(value);
  }

  /** A structure as a field, or as an element of a list: `field` 0. */
  struct(field: number, write: () => void): void {
    if (field > 0) this.#head(field, 12);
    this.#outer.push(this.#lastField);
    this.#lastField = 0;
    write();
    this.#bytes.push(0);
    this.#lastField = this.#outer.pop()!;
  }

  structs<Value>(field: number, values: readonly Value[], write: (value: Value) => void): void {
    this.#list(field, values.length, 12);
    for (const value of values) this.struct(0, () => write(value));
  }

  int32s(field: number, values: readonly number[]): void {
    this.#list(field, values.length, 5);
    for (const value of values) this.#zigzag(value);
  }

  texts(field: number, values: readonly string[]): void {
    this.#list(field, values.length, 8);
    for (const value of values) this.#binary(value);
  }

  /** What was written, ended as a structure. */
  toBytes(): Buffer {
    return Buffer.from([...this.#bytes, 0]);
  }

  #list(field: number, length: number, type: number): void {
    this.#head(field, 9);
    if (length < 15) this.#bytes.push((length << 4) | type);
    else {
      this.#bytes.push(0xf0 | type);
      pushVarint(this.#bytes, length);
    }
  }

  #head(field: number, type: number): void {
    const delta = field - this.#lastField;
    if (delta > 0 && delta < 16) this.#bytes.push((delta << 4) | type);
    else {
      this.#bytes.push(type);
      this.#zigzag(field);
    }
    this.#lastField = field;
  }

  #binary(text: string): void {
    const bytes = Buffer.from(text);
    pushVarint(this.#bytes, bytes.length);
    for (const byte of bytes) this.#bytes.push(byte);
  }

  #zigzag(value: number): void {
    pushVarint(this.#bytes, value < 0 ? -2 * value - 1 : 2 * value);
  }
}

/** @param value a whole number, at least 0 */
export function pushVarint(bytes: number[], value: number): void {
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}
