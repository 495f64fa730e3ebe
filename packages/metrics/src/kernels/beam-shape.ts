/** Half the width of TER's search around the diagonal, as sacreBLEU has it. */
const BEAM = 25;

/** The beam where the reference is at most this many times as long as the hypothesis: never wider than 2 · 25 columns. */
export const PLAIN_RATIO = 40;

/**
 * Writes the columns `from…to − 1` of each row that TER's search looks at, for a hypothesis of n and a reference of m words.
 * Both ends only ever move right, but for row 0, which has all columns.
 */
export function writeBeam(from: Int32Array, to: Int32Array, n: number, m: number): void {
  const ratio = n > 0 ? m / n : 1;
  const beam = BEAM < ratio / 2 ? Math.ceil(ratio / 2 + BEAM) : BEAM;
  for (let i = 0; i <= n; i++) {
    const diagonal = Math.floor(i * ratio);
    from[i] = i === 0 ? 0 : Math.max(0, diagonal - beam);
    to[i] = i === 0 || i === n ? m + 1 : Math.min(m + 1, diagonal + beam);
  }
}
