import type { RandomGenerator } from '../random/random-generator.ts';
import { isPythonWhitespace } from '../text/python-whitespace.ts';

/** Both in [0, 1]. */
export interface WhitespaceProbabilities {
  /** A space is added after a character that is none. */
  readonly add: number;
  /** A white-space character is dropped. */
  readonly remove: number;
}

/**
 * Adds and removes white space at random, one draw per code point.
 * @see https://github.com/aws/fmeval/blob/v1.2.3/src/fmeval/transforms/semantic_perturbations.py
 */
export function whitespaceAddRemove(
  text: string,
  probabilities: WhitespaceProbabilities,
  random: RandomGenerator,
): string {
  let perturbed = '';
  for (const letter of text) {
    const draw = random.random();
    if (isPythonWhitespace(letter.codePointAt(0)!)) perturbed += draw < probabilities.remove ? '' : letter;
    else perturbed += draw < probabilities.add ? `${letter} ` : letter;
  }
  return perturbed;
}
