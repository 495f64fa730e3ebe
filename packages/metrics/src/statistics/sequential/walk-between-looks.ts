import { normalSf } from '../special/normal.ts';

/** Points of Simpson's rule over what has not stopped yet; odd. */
const POINTS = 141;
/** Standard deviations beyond which there is no mass to speak of. */
const FARTHEST = 7;

/** The sum of the increments so far where no look has stopped: density at points, with the weights of Simpson's rule. */
export interface Going {
  readonly at: Float64Array;
  readonly mass: Float64Array;
}

/** Before the first look all mass is at 0. */
export function unstopped(): Going {
  return { at: Float64Array.of(0), mass: Float64Array.of(1) };
}

/** Chance that the next sum lies beyond ±border. @param spread standard deviation of the increment */
export function exitChance({ at, mass }: Going, border: number, spread: number): number {
  let chance = 0;
  // Both sides are alike: what leaves upwards from a point leaves downwards from the opposite one.
  for (let i = 0; i < at.length; i++) chance += mass[i]! * normalSf((border - at[i]!) / spread);
  return 2 * chance;
}

/** What goes on within ±border. @param share of the last look's size, the variance of the sum */
export function continued({ at, mass }: Going, border: number, spread: number, share: number): Going {
  const end = Math.min(border, FARTHEST * Math.sqrt(share));
  const step = (2 * end) / (POINTS - 1);
  const next = Float64Array.from({ length: POINTS }, (_, j) => -end + j * step);
  const weights = next.map((point, j) => {
    let density = 0;
    for (let i = 0; i < at.length; i++) {
      const distance = Math.abs(point - at[i]!) / spread;
      if (distance < FARTHEST) density += mass[i]! * Math.exp(-0.5 * distance ** 2);
    }
    const simpson = j === 0 || j === POINTS - 1 ? 1 : j % 2 === 1 ? 4 : 2;
    return (density / (spread * Math.sqrt(2 * Math.PI))) * ((simpson * step) / 3);
  });
  return { at: next, mass: weights };
}
