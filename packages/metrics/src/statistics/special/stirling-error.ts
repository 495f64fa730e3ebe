/** Coefficients of 1/z, 1/z³, 1/z⁵, … in Stirling's series (Bernoulli numbers). */
const SERIES = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400] as const;

/**
 * δ(z) = ln Γ(z+1) − (z + ½) ln z + z − ½ ln 2π: what Stirling's formula leaves out.
 * Densities built from δ lose no digits to cancellation, however large z is.
 * @param z above 0
 * @see C. Loader (2000), Fast and accurate computation of binomial probabilities
 */
export function stirlingError(z: number): number {
  if (2 * z > MOST_HALVES || !Number.isInteger(2 * z)) return computed(z);
  // Counts and half of whole degrees of freedom come again and again.
  const made = halves[2 * z] ?? computed(z);
  halves[2 * z] = made;
  return made;
}

const MOST_HALVES = 30;
const halves: number[] = [];

function computed(z: number): number {
  let shift = 0;
  let y = z;
  // Below 15 the series is not yet exact to a double; δ(y) − δ(y+1) is known in closed form.
  while (y < 15) {
    shift += (y + 0.5) * Math.log1p(1 / y) - 1;
    y += 1;
  }
  const w = 1 / (y * y);
  let sum = 0;
  for (let i = SERIES.length - 1; i >= 0; i--) sum = sum * w + SERIES[i]!;
  return shift + sum / y;
}
