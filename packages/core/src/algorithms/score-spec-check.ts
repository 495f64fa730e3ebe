import { AssayError } from '../errors/assay-error.ts';
import type { ScoreSpec } from './algorithm.ts';

/**
 * Scores as an algorithm declares them, which may be code of the user's own.
 * @throws AssayError CONFIG_INVALID with the score's name and what is wrong with it
 */
export function checkScoreSpecs(algorithm: string, specs: Readonly<Record<string, ScoreSpec>>): void {
  for (const [name, spec] of Object.entries(specs)) {
    const wrong = faultOf(spec);
    if (wrong === undefined) continue;
    throw new AssayError('CONFIG_INVALID', `the score ${algorithm}.${name} ${wrong}`, {
      hint: 'A score has a kind (binary, bounded, real), a range of two numbers, and what is better (docs/extending.md).',
    });
  }
}

function faultOf(spec: Partial<ScoreSpec> | undefined): string | undefined {
  const { range, kind, better } = spec ?? {};
  if (kind !== 'binary' && kind !== 'bounded' && kind !== 'real') return 'has no kind: binary, bounded or real';
  if (
    !Array.isArray(range) ||
    range.length !== 2 ||
    !range.every((end) => typeof end === 'number' && !Number.isNaN(end))
  )
    return 'has no range of two numbers';
  const [low, high] = range as [number, number];
  if (low >= high) return `has the range ${low} to ${high}, whose ends are in the wrong order`;
  if (kind === 'binary' && (low !== 0 || high !== 1))
    return `is binary and has the range ${low} to ${high}, not 0 to 1`;
  const isTarget = typeof better === 'object' && Number.isFinite(better?.target);
  return better === 'higher' || better === 'lower' || isTarget
    ? undefined
    : 'does not say what is better: higher or lower';
}
