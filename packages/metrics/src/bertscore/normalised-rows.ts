/** Rows scaled to length 1, as doubles; a row of zeros becomes NaN, as in the reference. */
export function normalisedRows(values: Float32Array, dimensions: number): Float64Array {
  const rows = new Float64Array(values.length);
  for (let start = 0; start < values.length; start += dimensions) {
    let squares = 0;
    for (let k = start; k < start + dimensions; k++) squares += values[k]! * values[k]!;
    const scale = 1 / Math.sqrt(squares);
    for (let k = start; k < start + dimensions; k++) rows[k] = values[k]! * scale;
  }
  return rows;
}
