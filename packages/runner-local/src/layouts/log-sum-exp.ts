/** Table entries for each factor of two. */
const STEPS = 64;
/** Below 2^-64 of the largest, a vocabulary of a million adds nothing that a double would keep. */
const OCTAVES = 64;
const SCALE = STEPS * Math.LOG2E;
const LIMIT = -OCTAVES * Math.LN2;
const STEP = Math.LN2 / STEPS;

/** 2^(-i / STEPS). */
const POWERS = Float64Array.from({ length: OCTAVES * STEPS + 1 }, (_, i) => 2 ** (-i / STEPS));

/**
 * Log of summed exponentials, relative to the largest logit. An exponential is a table entry times a cubic in what is
 * left of the exponent, off by at most 6e-10 of itself; Math.exp over a whole vocabulary takes as long as the model's pass.
 * @param largest the largest of the logits
 * @returns nats; NaN when a logit is not a number or the largest is infinite
 */
export function logSumExp(logits: Float32Array, largest: number): number {
  let sum = 0;
  for (let i = 0; i < logits.length; i++) {
    const x = logits[i]! - largest;
    if (x < LIMIT) continue;
    const scaled = x * SCALE;
    const whole = scaled | 0;
    const rest = (scaled - whole) * STEP;
    sum += POWERS[-whole]! * (1 + rest * (1 + rest * (0.5 + rest * (1 / 6))));
  }
  return largest + Math.log(sum);
}
