/**
 * Point `index` (from 1) of Richtmyer's lattice, folded at its middle ("baker's transformation"): fixed numbers, evenly
 * spread over the unit cube, in place of random ones with a seed.
 * @param root √prime of the dimension
 * @returns in (0, 1)
 * @see F. Y. Kuo and D. Nuyens (2016), section on lattice rules; R. D. Richtmyer (1951)
 */
export function latticePoint(index: number, root: number): number {
  const value = index * root;
  const folded = Math.abs(2 * (value - Math.floor(value)) - 1);
  return Math.min(Math.max(folded, 1e-12), 1 - 1e-12);
}

/** Square roots of the first primes. */
export function primeRoots(count: number): Float64Array {
  const roots = new Float64Array(count);
  let found = 0;
  for (let candidate = 2; found < count; candidate++) {
    if (isPrime(candidate)) roots[found++] = Math.sqrt(candidate);
  }
  return roots;
}

function isPrime(value: number): boolean {
  for (let divisor = 2; divisor * divisor <= value; divisor++) if (value % divisor === 0) return false;
  return true;
}
