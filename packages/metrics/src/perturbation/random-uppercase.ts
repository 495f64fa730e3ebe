import type { RandomGenerator } from '../random/random-generator.ts';

/**
 * Puts ⌊length · fraction⌋ randomly chosen characters in capitals; those that are spaces or capitals already count.
 * @param fraction in [0, 1], of code points
 * @see https://github.com/aws/fmeval/blob/v1.2.3/src/fmeval/transforms/semantic_perturbations.py
 */
export function randomUppercase(text: string, fraction: number, random: RandomGenerator): string {
  const letters = Array.from(text);
  for (const position of random.choice(letters.length, Math.trunc(letters.length * fraction), false)) {
    letters[position] = letters[position]!.toUpperCase();
  }
  return letters.join('');
}
