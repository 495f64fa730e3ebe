/** Levenshtein distances of all prefixes: row i, column j for the first i of `a` and the first j of `b`. */
export function editMatrixSlow(a: ArrayLike<unknown>, b: ArrayLike<unknown>): number[][] {
  const matrix = Array.from({ length: a.length + 1 }, (_, i) => [i, ...new Array<number>(b.length).fill(0)]);
  for (let j = 1; j <= b.length; j++) matrix[0]![j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const replaced = matrix[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      matrix[i]![j] = Math.min(replaced, matrix[i - 1]![j]! + 1, matrix[i]![j - 1]! + 1);
    }
  }
  return matrix;
}

/** Levenshtein distance of two strings by code point. */
export function levenshteinSlow(a: string, b: string): number {
  return editMatrixSlow(Array.from(a), Array.from(b)).at(-1)!.at(-1)!;
}

/** Operations of one alignment, from the end with ties to delete, then insert: 0 equal, 1 replace, 2 delete, 3 insert. */
export function alignSlow(a: ArrayLike<unknown>, b: ArrayLike<unknown>): number[] {
  const matrix = editMatrixSlow(a, b);
  const operations: number[] = [];
  let i = a.length;
  let j = b.length;
  while (i > 0 || j > 0) {
    const here = matrix[i]![j]!;
    if (i > 0 && (j === 0 || matrix[i - 1]![j]! + 1 === here)) {
      i--;
      operations.unshift(2);
    } else if (i === 0 || (j > 1 && matrix[i]![j - 1]! + 1 === matrix[i - 1]![j - 1])) {
      j--;
      operations.unshift(3);
    } else {
      i--;
      j--;
      operations.unshift(a[i] === b[j] ? 0 : 1);
    }
  }
  return operations;
}

/** Leftmost position of `a` through which an optimal alignment passes at half of `b`, and the scores on both sides. */
export function splitSlow(a: readonly unknown[], b: readonly unknown[]): [number, number, number] {
  const half = b.length >> 1;
  const left = editMatrixSlow(a, b.slice(0, half)).map((row) => row.at(-1)!);
  const right = editMatrixSlow([...a].reverse(), b.slice(half).reverse()).map((row) => row.at(-1)!);
  const sums = left.map((score, i) => score + right[a.length - i]!);
  const position = sums.indexOf(Math.min(...sums));
  return [position, left[position]!, right[a.length - position]!];
}

/** Length of the longest common subsequence. */
export function lcsSlow(a: ArrayLike<unknown>, b: ArrayLike<unknown>): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (let i = 0; i < a.length; i++) {
    const next = [0];
    for (let j = 0; j < b.length; j++) next.push(a[i] === b[j] ? row[j]! + 1 : Math.max(row[j + 1]!, next[j]!));
    row = next;
  }
  return row[b.length]!;
}
