/** Leading tokens that two sequences have in common. */
export function commonPrefixLength(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const limit = Math.min(a.length, b.length);
  let length = 0;
  while (length < limit && a[length] === b[length]) length++;
  return length;
}

/** Leading tokens that all sequences have in common, at least one token of each being left over. */
export function sharedPrefixLength(sequences: readonly ArrayLike<number>[]): number {
  const first = sequences[0];
  if (first === undefined) return 0;
  return sequences.reduce(
    (shortest, next) => Math.min(shortest, commonPrefixLength(first, next), next.length - 1),
    first.length - 1,
  );
}
