import { AssayError } from '../errors/assay-error.ts';

/** Beyond this a sum of weighted scores could overflow. */
const MOST = 2 ** 400;

/**
 * How much a sample counts, from its text in the dataset.
 * @throws AssayError DATASET_BAD_VALUE where that is no number of at least 0
 */
export function sampleWeight(text: string | undefined): number {
  const weight = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  if (weight >= 0 && weight <= MOST) return weight;
  const found = text === undefined ? 'nothing' : JSON.stringify(text.slice(0, 60));
  throw new AssayError('DATASET_BAD_VALUE', `weight must be a number of at least 0, found ${found}`, {
    hint: 'give every row a weight (0 leaves it out of means), or remove dataset.weight_key',
  });
}
