import type { RandomGenerator } from '@assay/metrics';
import { z } from 'zod';
import { matchCase } from './match-case.ts';
import { definePerturbation } from './perturbation.ts';
import { probability } from './probability.ts';
import { TextEdits } from './text-edits.ts';

/** Keys that touch on a QWERTY keyboard. */
const NEIGHBOURS: Readonly<Record<string, string>> = {
  q: 'wa',
  w: 'qeas',
  e: 'wrsd',
  r: 'etdf',
  t: 'ryfg',
  y: 'tugh',
  u: 'yihj',
  i: 'uojk',
  o: 'ipkl',
  p: 'ol',
  a: 'qwsz',
  s: 'weadzx',
  d: 'ersfxc',
  f: 'rtdgcv',
  g: 'tyfhvb',
  h: 'yugjbn',
  j: 'uihknm',
  k: 'iojlm',
  l: 'opk',
  z: 'asx',
  x: 'sdzc',
  c: 'dfxv',
  v: 'fgcb',
  b: 'ghvn',
  n: 'hjbm',
  m: 'jkn',
};

/** The four slips of a typist, equally likely: a neighbouring key, a letter left out, doubled, or swapped with the next. */
export const keyboardTypos = definePerturbation({
  name: 'keyboard_typos',
  summary: 'Neighbouring keys, letters left out, doubled and swapped.',
  options: z.strictObject({ probability: probability(0.05, 'Of a slip at each letter.') }),
  perturb: (text, random, options) => {
    const letters = Array.from(text);
    const edits = new TextEdits();
    for (let i = 0; i < letters.length; i++) {
      const letter = letters[i]!;
      const keys = NEIGHBOURS[letter.toLowerCase()];
      if (keys === undefined || random.random() >= options.probability) {
        edits.keep(letter);
        continue;
      }
      const next = letters[i + 1];
      const canSwap = next !== undefined && NEIGHBOURS[next.toLowerCase()] !== undefined && next !== letter;
      const slip = random.integers(canSwap ? 4 : 3);
      if (slip < 3) edits.replace(letter, typed(letter, keys, slip, random));
      else {
        edits.replace(`${letter}${next}`, `${next}${letter}`);
        i += 1;
      }
    }
    return edits.result();
  },
});

function typed(letter: string, keys: string, slip: number, random: RandomGenerator): string {
  if (slip === 0) return matchCase(keys.charAt(random.integers(keys.length)), letter);
  return slip === 1 ? '' : letter + letter;
}
