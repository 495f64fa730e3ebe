import { incompleteBeta } from '../special/incomplete-beta.ts';

/** What a judge said of a sample that people labelled, too. */
export interface TrialVerdict {
  /** How sure it was, 0 to 1. */
  readonly sureness: number;
  readonly agrees: boolean;
}

export interface TrustThreshold {
  /** From this sureness on the judge may be trusted. */
  readonly sureFrom: number;
  /** Labelled samples on which it was that sure, and those of them on which it agreed. */
  readonly trusted: number;
  readonly agreed: number;
}

const STEPS = 200;

/**
 * The least sureness from which on a judge agrees with people on at least `agreement` of the samples, wrong with a chance of at
 * most `risk`: thresholds are tested from the highest down, each by the exact binomial test, until one fails. The order does
 * not depend on who was right, so no correction for the number of tests is needed.
 * @param agreement wanted share, above 0 and below 1
 * @param risk that the share is missed, above 0 and below 1
 * @returns null where the trials show it of no threshold
 * @see https://arxiv.org/abs/2407.18370 (Trust or Escalate: fixed-sequence testing)
 */
export function trustThreshold(
  trials: readonly TrialVerdict[],
  agreement: number,
  risk: number,
): TrustThreshold | null {
  let found: TrustThreshold | null = null;
  // Fewer sure samples than this could not pass even if all agreed: the tests begin below.
  const least = Math.ceil(Math.log(risk) / Math.log(agreement) - 1e-9);
  for (let step = STEPS; step >= 0; step -= 1) {
    const sureFrom = step / STEPS;
    const trusted = trials.filter(({ sureness }) => sureness >= sureFrom - 1e-12);
    if (trusted.length < least) continue;
    const agreed = trusted.filter(({ agrees }) => agrees).length;
    // So few disagreements or fewer, if the share were just missed.
    const wrong = trusted.length - agreed;
    const chance = wrong >= trusted.length ? 1 : 1 - incompleteBeta(wrong + 1, trusted.length - wrong, 1 - agreement);
    if (chance > risk) break;
    found = { sureFrom, trusted: trusted.length, agreed };
  }
  return found;
}
