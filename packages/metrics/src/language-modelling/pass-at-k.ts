import { invalidArgument } from '../statistics/invalid-argument.ts';

/**
 * pass@k of one sample: 1 − C(n−c, k) / C(n, k), the unbiased estimate of P(at least one of k tries passes).
 * @param tries n, how many were made
 * @param passed c, how many of them passed
 * @param k at most n
 * @returns ratio in [0, 1]
 * @see https://arxiv.org/abs/2107.03374 section 2.1
 */
export function passAtK(tries: number, passed: number, k: number): number {
  if (!(Number.isInteger(k) && k >= 1 && k <= tries && passed >= 0 && passed <= tries)) {
    throw invalidArgument(`pass@${k} of ${passed} passed in ${tries} tries: needs 1 <= k <= tries, passed <= tries`);
  }
  if (tries - passed < k) return 1;
  let allFail = 1;
  for (let i = tries - passed + 1; i <= tries; i++) allFail *= 1 - k / i;
  return 1 - allFail;
}
