import type { RandomGenerator } from '@assay/metrics';

/** Chance of x successes in n. */
export function binomial(x: number, n: number, share: number): number {
  return Math.exp(logChoose(n, x) + term(x, share) + term(n - x, 1 - share));
}

/** Chance of b wins, c losses and n − b − c ties. */
export function trinomial(b: number, c: number, n: number, win: number, loss: number): number {
  const ties = n - b - c;
  return Math.exp(logChoose(n, b) + logChoose(n - b, c) + term(b, win) + term(c, loss) + term(ties, 1 - win - loss));
}

function term(count: number, share: number): number {
  return count === 0 ? 0 : count * Math.log(share);
}

const logFactorials: number[] = [0];

function logFactorial(n: number): number {
  for (let k = logFactorials.length; k <= n; k++) logFactorials.push(logFactorials[k - 1]! + Math.log(k));
  return logFactorials[n]!;
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/** Below this the first chance is cheap to find, and few steps lead to the draw. */
const FEW = 8;

/** How many of n succeed, by inversion with one random number: from 0 up, or from the likeliest count to both sides. */
export function binomialDraw(random: RandomGenerator, n: number, share: number): number {
  if (share > 0.5) return n - binomialDraw(random, n, 1 - share);
  if (n <= 0 || share <= 0) return 0;
  return n * share < FEW ? fromZero(random, n, share) : fromMode(random, n, share);
}

function fromZero(random: RandomGenerator, n: number, share: number): number {
  let left = random.random();
  let chance = (1 - share) ** n;
  const odds = share / (1 - share);
  for (let hits = 0; hits < n; hits++) {
    left -= chance;
    if (left < 0) return hits;
    chance *= ((n - hits) / (hits + 1)) * odds;
  }
  return n;
}

function fromMode(random: RandomGenerator, n: number, share: number): number {
  let left = random.random();
  const mode = Math.floor((n + 1) * share);
  const odds = share / (1 - share);
  let up = binomial(mode, n, share);
  let down = up;
  left -= up;
  if (left < 0) return mode;
  for (let step = 1; step <= n; step++) {
    const above = mode + step;
    if (above <= n) {
      up *= ((n - above + 1) / above) * odds;
      left -= up;
      if (left < 0) return above;
    }
    const below = mode - step;
    if (below >= 0) {
      down *= (below + 1) / ((n - below) * odds);
      left -= down;
      if (left < 0) return below;
    }
  }
  return mode;
}
