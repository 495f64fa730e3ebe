import type { Sample } from '../samples/sample.ts';
import type { BadRow, Dataset } from './dataset.ts';

/** Rows of the first pass over the dataset; each further pass takes twice as many. */
const FIRST_WAVE = 1024;
/** The bound on memory: samples held at a time. */
const LARGEST_WAVE = 65_536;

/**
 * Samples in a given order of rows. Files are read from front to back, so each pass picks the next rows of the order and
 * hands them out sorted. A bad row goes to `onBadRow`, or is thrown where `strict`, when its place in the order comes.
 */
export async function* orderedSamples(
  dataset: Dataset,
  order: readonly number[],
  options: { readonly strict: boolean; readonly onBadRow: (row: BadRow) => void },
): AsyncGenerator<Sample> {
  let size = FIRST_WAVE;
  for (let at = 0; at < order.length; ) {
    const wave = order.slice(at, at + size);
    at += wave.length;
    size = Math.min(2 * size, LARGEST_WAVE);
    const found = new Map<number, Sample | BadRow>();
    const rows = wave.toSorted((a, b) => a - b);
    for await (const sample of dataset.samples({ rows, onBadRow: (row) => found.set(row.index, row) })) {
      found.set(sample.index, sample);
    }
    for (const row of wave) {
      const each = found.get(row);
      if (each === undefined) continue;
      if (!('error' in each)) yield each;
      else if (options.strict) throw each.error;
      else options.onBadRow(each);
    }
  }
}
