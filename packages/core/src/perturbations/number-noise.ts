import { z } from 'zod';
import { matchCase } from './match-case.ts';
import { definePerturbation } from './perturbation.ts';
import { probability } from './probability.ts';
import { replaceMatches } from './text-edits.ts';

const WORDS = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');
const NUMBER = /(?<![\p{L}\p{N}.,-])(?:\d+(?:,\d{3})*|[A-Za-z]+)(?![\p{L}\p{N}-]|[.,]\d)/gu;

/** Numbers written another way, with the same value: 7 and seven, 1000 and 1,000. Years (four digits) keep their form. */
export const numberNoise = definePerturbation({
  name: 'number_noise',
  summary: 'Numbers written another way: 7 and seven, 10000 and 10,000.',
  options: z.strictObject({ probability: probability(1, 'Of each number to change.') }),
  perturb: (text, random, options) =>
    replaceMatches(text, NUMBER, (found) => {
      const other = otherWriting(found);
      return other === undefined || random.random() >= options.probability ? undefined : other;
    }),
});

function otherWriting(found: string): string | undefined {
  if (!/\d/.test(found)) {
    const value = WORDS.indexOf(found.toLowerCase());
    // "one" is more often a pronoun.
    return value === -1 || value === 1 ? undefined : String(value);
  }
  if (found.includes(',')) return found.replaceAll(',', '');
  const word = WORDS[Number(found)];
  if (word !== undefined && found.length <= 2) return matchCase(word, 'x');
  return found.length >= 5 && !found.startsWith('0') ? inThousands(found) : undefined;
}

function inThousands(digits: string): string {
  const head = digits.length % 3;
  const groups = digits.slice(head).match(/\d{3}/g) ?? [];
  return [...(head === 0 ? [] : [digits.slice(0, head)]), ...groups].join(',');
}
