/**
 * A column as a page carries it: one number a row, NaN (in JSON null) where a row has none. Whichever of these is shortest:
 * runs of even steps (`[first, step, rows]`: a model's number, samples in their order), places in a list of the values that
 * occur, whole numbers, or the numbers themselves. Bytes stand in base64, little-endian.
 */
export type PackedColumn =
  | { readonly runs: readonly (readonly [first: number | null, step: number, rows: number])[] }
  | { readonly of: readonly (number | null)[]; readonly u8: string }
  | { readonly of: readonly (number | null)[]; readonly u16: string }
  | { readonly u32: string }
  | { readonly f64: string };

/** The numbers of a column. Runs in a browser as in Node. */
export function unpackColumn(column: PackedColumn): Float64Array {
  if ('runs' in column) return unpackRuns(column.runs);
  if ('u8' in column) return looked(bytesOf(column.u8), column.of);
  if ('u16' in column) return looked(new Uint16Array(bytesOf(column.u16).buffer), column.of);
  if ('u32' in column) return Float64Array.from(new Uint32Array(bytesOf(column.u32).buffer));
  return new Float64Array(bytesOf(column.f64).buffer);
}

function unpackRuns(runs: Extract<PackedColumn, { runs: unknown }>['runs']): Float64Array {
  const values = new Float64Array(runs.reduce((sum, [, , rows]) => sum + rows, 0));
  let at = 0;
  for (const [first, step, rows] of runs) {
    if (first === null || step === 0) values.fill(first ?? Number.NaN, at, at + rows);
    else for (let i = 0; i < rows; i++) values[at + i] = first + i * step;
    at += rows;
  }
  return values;
}

function looked(places: Uint8Array | Uint16Array, of: readonly (number | null)[]): Float64Array {
  const list = Float64Array.from(of, (value) => value ?? Number.NaN);
  const values = new Float64Array(places.length);
  for (let row = 0; row < places.length; row++) values[row] = list[places[row]!]!;
  return values;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
