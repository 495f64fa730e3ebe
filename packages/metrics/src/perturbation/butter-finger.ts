import type { RandomGenerator } from '../random/random-generator.ts';

/**
 * What a finger may hit instead of a key, repeats being likelier. Hand-made by its authors: some are not neighbours,
 * and most contain the key itself.
 * From NL-Augmenter's butter-fingers perturbation (MIT licence) as restated by fmeval 1.2.3 (Apache-2.0).
 */
const KEYS: Readonly<Record<string, string>> = {
  q: 'qwasedzx',
  w: 'wqesadrfcx',
  e: 'ewrsfdqazxcvgt',
  r: 'retdgfwsxcvgt',
  t: 'tryfhgedcvbnju',
  y: 'ytugjhrfvbnji',
  u: 'uyihkjtgbnmlo',
  i: 'iuojlkyhnmlp',
  o: 'oipklujm',
  p: "plo['ik",
  a: 'aqszwxwdce',
  s: 'swxadrfv',
  d: 'decsfaqgbv',
  f: 'fdgrvwsxyhn',
  g: 'gtbfhedcyjn',
  h: 'hyngjfrvkim',
  j: 'jhknugtblom',
  k: 'kjlinyhn',
  l: 'lokmpujn',
  z: 'zaxsvde',
  x: 'xzcsdbvfrewq',
  c: 'cxvdfzswergb',
  v: 'vcfbgxdertyn',
  b: 'bvnghcftyun',
  n: 'nbmhjvgtuik',
  m: 'mnkjloik',
  ' ': ' ',
};

/**
 * Keyboard typos: each character with a key is replaced by one of its key's string with `probability`.
 * Case is taken off and put back per character, so 'ß' in capitals comes back as 'SS' even at probability 0.
 * @param probability in [0, 1]
 * @see https://github.com/aws/fmeval/blob/v1.2.3/src/fmeval/transforms/semantic_perturbations.py
 */
export function butterFinger(text: string, probability: number, random: RandomGenerator): string {
  let perturbed = '';
  for (const letter of text) {
    const lower = letter.toLowerCase();
    const keys = Object.hasOwn(KEYS, lower) ? KEYS[lower] : undefined;
    const typed =
      keys !== undefined && random.random() <= probability ? keys.charAt(random.integers(keys.length)) : lower;
    perturbed += lower === letter ? typed : typed.toUpperCase();
  }
  return perturbed;
}
