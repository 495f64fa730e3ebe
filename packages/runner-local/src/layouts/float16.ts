let table: Float32Array | undefined;

/** All 65,536 fp16 values, by bit pattern. */
function values(): Float32Array {
  if (table !== undefined) return table;
  table = new Float32Array(65_536);
  for (let bits = 0; bits < 65_536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = (bits & 1023) / 1024;
    if (exponent === 31) table[bits] = fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    else table[bits] = exponent === 0 ? sign * 2 ** -14 * fraction : sign * 2 ** (exponent - 15) * (1 + fraction);
  }
  return table;
}

/** fp16 bit patterns as numbers. */
export function fromFloat16(bits: Uint16Array): Float32Array {
  const lookup = values();
  const out = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) out[i] = lookup[bits[i]!]!;
  return out;
}

/** The number of one fp16 bit pattern. */
export function float16(bits: number): number {
  return values()[bits]!;
}
