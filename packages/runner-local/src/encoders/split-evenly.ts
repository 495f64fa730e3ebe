/**
 * Cuts a list into as few pieces of at most `most` as there can be, of nearly equal length: a last piece of one word would
 * be read without any context.
 * @param most at least 1
 */
export function splitEvenly<T>(list: readonly T[], most: number): T[][] {
  const count = Math.max(1, Math.ceil(list.length / most));
  return Array.from({ length: count }, (_, piece) =>
    list.slice(Math.round((piece * list.length) / count), Math.round(((piece + 1) * list.length) / count)),
  );
}
