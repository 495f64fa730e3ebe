/** Rows of a stripe in assembly/edit-kernels.ts. */
export const stripeRows = 256;

/** First and end column of every stripe: all of them. */
export function writeFullBounds(bounds: Int32Array, rows: number, columns: number): void {
  for (let stripe = 0; stripe * stripeRows < rows; stripe++) {
    bounds[2 * stripe] = 0;
    bounds[2 * stripe + 1] = columns;
  }
}

/**
 * First and end column of every stripe that an alignment of at most `limit` edits can reach. A path through row i and
 * column j costs at least |j − i| + |(columns − j) − (rows − i)|: Ukkonen's band.
 */
export function writeBandBounds(bounds: Int32Array, rows: number, columns: number, limit: number): void {
  const below = Math.floor((limit - (columns - rows)) / 2);
  const above = Math.floor((limit + (columns - rows)) / 2);
  for (let stripe = 0, from = 0; from < rows; stripe++, from += stripeRows) {
    const to = Math.min(from + stripeRows, rows);
    const first = Math.min(columns, Math.max(0, from - below));
    const end = Math.min(columns, to + above);
    bounds[2 * stripe] = first;
    bounds[2 * stripe + 1] = end;
  }
}

/** Bounds of a corridor of `halfWidth` columns on both sides of the straight line from corner to corner. */
export function writeCorridorBounds(bounds: Int32Array, rows: number, columns: number, halfWidth: number): void {
  for (let stripe = 0, from = 0; from < rows; stripe++, from += stripeRows) {
    const to = Math.min(from + stripeRows, rows);
    const first = Math.max(0, Math.floor((from * columns) / rows) - halfWidth);
    const end = to === rows ? columns : Math.min(columns, Math.ceil((to * columns) / rows) + halfWidth);
    bounds[2 * stripe] = first;
    bounds[2 * stripe + 1] = end;
  }
}
