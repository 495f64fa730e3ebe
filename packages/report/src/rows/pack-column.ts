import type { PackedColumn } from './packed-column.ts';

/** Rows that a run must have on average: shorter ones take more room than a byte a row. */
const RUN_ROWS = 12;

/** The shortest form of a column; `unpackColumn` gives the same numbers back. */
export function packColumn(values: Float64Array): PackedColumn {
  const runs = runsOf(values, values.length / RUN_ROWS + 1);
  if (runs !== null) return { runs };
  const { of, indices } = indexed(values);
  if (of.length <= 0x100) return { of, u8: base64(Uint8Array.from(indices)) };
  // Each value of a list stands in it once: a list that is hardly shorter than the column saves nothing.
  if (of.length <= 0x1_0000 && of.length < values.length / 4) return { of, u16: base64(Uint16Array.from(indices)) };
  if (values.every((value) => value >>> 0 === value)) return { u32: base64(Uint32Array.from(values)) };
  return { f64: base64(values) };
}

function base64(values: Uint8Array | Uint16Array | Uint32Array | Float64Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

/** Each value once, and of each row its place among them; neither is whole where there are more than 65,536. */
function indexed(values: Float64Array): { readonly of: (number | null)[]; readonly indices: Uint32Array } {
  const places = new Map<number, number>();
  const indices = new Uint32Array(values.length);
  for (let row = 0; row < values.length && places.size <= 0x1_0000; row++) {
    const value = values[row]!;
    let place = places.get(value);
    if (place === undefined) {
      place = places.size;
      places.set(value, place);
    }
    indices[row] = place;
  }
  return { of: Array.from(places.keys(), orNull), indices };
}

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

type Run = [first: number | null, step: number, rows: number];

/** Null where there are more than `most`. Steps are whole, so that every number comes back to the bit. */
function runsOf(values: Float64Array, most: number): Run[] | null {
  const runs: Run[] = [];
  let first = 0;
  let step = 0;
  let rows = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (rows === 1 && isWholeStep(first, value)) {
      step = value - first;
      rows = 2;
    } else if (rows > 0 && (value === first + rows * step || (Number.isNaN(first) && Number.isNaN(value)))) {
      rows += 1;
    } else {
      if (rows > 0) runs.push([orNull(first), step, rows]);
      if (runs.length + 1 > most) return null;
      [first, step, rows] = [value, 0, 1];
    }
  }
  if (rows > 0) runs.push([orNull(first), step, rows]);
  return runs;
}

function isWholeStep(first: number, value: number): boolean {
  return Number.isInteger(value - first) && first + (value - first) === value;
}
