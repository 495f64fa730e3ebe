import type { ScoreSpec } from './algorithm.ts';
import { MOST_SUMMABLE } from './summable-range.ts';

/** How far beyond its range a score may lie for rounding, as a share of the range. */
const ROUNDING = 1e-9;

/**
 * What is wrong with the scores of a sample, in words: a name that the algorithm does not have, no number, a number that
 * the score's kind or range does not allow. A score that is left out is not wrong, but none at all is.
 */
export function wrongScore(
  scores: Readonly<Record<string, unknown>>,
  specs: Readonly<Record<string, ScoreSpec>>,
): string | undefined {
  let count = 0;
  for (const name in scores) {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (spec === undefined) return `it has no score ${JSON.stringify(name)}, only ${Object.keys(specs).join(', ')}`;
    const value = scores[name];
    if (typeof value !== 'number' || !Number.isFinite(value)) return `${name} is ${shown(value)}, which is no number`;
    if (Math.abs(value) > MOST_SUMMABLE) return `${name} is ${value}, too large to be added up exactly`;
    if (spec.kind === 'binary' && value !== 0 && value !== 1) return `${name} is ${value}, and can only be 0 or 1`;
    const [from, to] = spec.range;
    const slack = ROUNDING * (Number.isFinite(to - from) ? to - from : 1);
    if (value < from - slack || value > to + slack) return `${name} is ${value}, outside of ${from} … ${to}`;
    count += 1;
  }
  return count === 0 ? `it gave no score, and has ${Object.keys(specs).join(', ')}` : undefined;
}

function shown(value: unknown): string {
  return typeof value === 'number' || typeof value === 'boolean' || value == null ? String(value) : typeof value;
}
