/** Reads the variable-length integers and texts of data/wordnet-3.0.bin. */
export class ByteReader {
  readonly bytes: Uint8Array;
  position = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Unsigned integer, seven bits a byte, low ones first. */
  varint(): number {
    let value = 0;
    let shift = 0;
    for (;;) {
      const byte = this.bytes[this.position++];
      if (byte === undefined) throw invalidData('ends too early');
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
      shift += 7;
    }
  }

  ascii(length: number): string {
    const end = this.position + length;
    if (end > this.bytes.length) throw invalidData('ends too early');
    let text = '';
    while (this.position < end) text += String.fromCharCode(this.bytes[this.position++]!);
    return text;
  }
}

export function invalidData(what: string): RangeError & { readonly code: 'WORDNET_DATA_INVALID' } {
  return Object.assign(new RangeError(`the WordNet data ${what}`), { code: 'WORDNET_DATA_INVALID' as const });
}
