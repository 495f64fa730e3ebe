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
