import type { PackedColumn } from './packed-column.ts';

/** Rows that a run must have on average: shorter ones take more room than a byte a row. */
const RUN_ROWS = 12;

/** The shortest form of a column; `unpackColumn` gives the same numbers back. */
export function packColumn(values: Float64Array): PackedColumn {
  const runs = runsOf(values, values.length / RUN_ROWS + 1);
  if (runs !== null) return { runs };
  const places = new Map<number, number>();
  for (const value of values) {
    if (!places.has(value)) places.set(value, places.size);
    if (places.size > 0x1_0000) break;
  }
  const of = [...places.keys()].map((value) => (Number.isNaN(value) ? null : value));
  const place = (value: number) => places.get(value)!;
  if (of.length <= 0x100) return { of, u8: base64(Uint8Array.from(values, place)) };
  // Each value of a list stands in it once: a list that is hardly shorter than the column saves nothing.
  if (of.length <= 0x1_0000 && of.length < values.length / 4)
    return { of, u16: base64(Uint16Array.from(values, place)) };
  if (values.every((value) => value >>> 0 === value)) return { u32: base64(Uint32Array.from(values)) };
  return { f64: base64(values) };
}

function base64(values: Uint8Array | Uint16Array | Uint32Array | Float64Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

/** Null where there are more than `most`. Steps are whole, so that every number comes back to the bit. */
function runsOf(values: Float64Array, most: number): [number | null, number, number][] | null {
  const runs: [number | null, number, number][] = [];
  for (const value of values) {
    const last = runs.at(-1);
    if (last !== undefined && extend(last, value)) continue;
    if (runs.push([Number.isNaN(value) ? null : value, 0, 1]) > most) return null;
  }
  return runs;
}

function extend(run: [number | null, number, number], value: number): boolean {
  const [first, step, rows] = run;
  if (first === null || Number.isNaN(value)) {
    if (first !== null || !Number.isNaN(value)) return false;
  } else if (rows === 1 && Number.isInteger(value - first) && first + (value - first) === value) run[1] = value - first;
  else if (value !== first + rows * step) return false;
  run[2] += 1;
  return true;
}
