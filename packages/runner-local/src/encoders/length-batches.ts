/**
 * Groups rows of like length so that little of a batch is padding.
 * @param lengths tokens of each row
 * @param batchTokens most tokens in a batch, padding included; a longer row goes alone
 * @returns batches of row numbers, shortest rows first, every row in exactly one batch
 */
export function lengthBatches(lengths: readonly number[], batchTokens: number): number[][] {
  const order = [...lengths.keys()].sort((a, b) => lengths[a]! - lengths[b]! || a - b);
  const batches: number[][] = [];
  let batch: number[] = [];
  for (const row of order) {
    if (batch.length > 0 && (batch.length + 1) * lengths[row]! > batchTokens) {
      batches.push(batch);
      batch = [];
    }
    batch.push(row);
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
