import { createGenerator } from '@assay/metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PerturbedText } from './perturbation.ts';
import { PERTURBATIONS } from './perturbation-table.ts';
import { TextEdits } from './text-edits.ts';

const sentence =
  'I do not believe that 7 people, "because of 12000 beautiful reasons", will receive the necessary help tomorrow.';
const names = [...PERTURBATIONS.keys()];

function perturb(name: string, text: string, settings: object = {}, seed: string | number = 1): PerturbedText {
  const { options, perturb: run } = PERTURBATIONS.get(name)!;
  return run(text, createGenerator(seed), options.parse(settings));
}

/** The text that the changes make of the original. */
function applied(text: string, { changes }: PerturbedText): string {
  let result = '';
  let end = 0;
  for (const { at, from, to } of changes) {
    expect(text.slice(at, at + from.length)).toBe(from);
    expect(at).toBeGreaterThanOrEqual(end);
    result += text.slice(end, at) + to;
    end = at + from.length;
  }
  return result + text.slice(end);
}

const hostile = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.lorem({ maxCount: 3, mode: 'sentences' }),
  fc.constantFrom(sentence, 'İẞ ŉ ﬁ', 'I AM NOT', "it's 1,000.", '', ' ', '北京 is 3', '__proto__ constructor'),
);

test.each(names)('%s says what it changed, and no more', (name) => {
  fc.assert(
    fc.property(hostile, fc.integer(), (text, seed) => {
      const perturbed = perturb(name, text, {}, seed);
      expect(applied(text, perturbed)).toBe(perturbed.text);
      expect(perturbed.changes.every(({ from, to }) => from !== to)).toBe(true);
      expect(perturbed.changes.length === 0).toBe(perturbed.text === text);
    }),
    { numRuns: 60 },
  );
});

test.each([
  ['a space beside the one that went', 'a b'],
  ['a space one place before it', 'a  b'],
])('what undoes itself is no change: %s', (_, text) => {
  const always = { add_probability: 0.5, remove_probability: 0.5 };
  const perturbed = Array.from({ length: 500 }, (_, seed) => perturb('whitespace_add_remove', text, always, seed));
  const same = perturbed.filter((each) => each.text === text);
  expect(same.length).toBeGreaterThan(0);
  expect(same.flatMap(({ changes }) => changes)).toEqual([]);
});

test('what undoes itself between other changes is none of them', () => {
  const edits = new TextEdits();
  edits.replace('a', 'b');
  edits.replace('c', 'c ');
  edits.replace(' ', '');
  edits.keep('d');
  expect(edits.result()).toEqual({ text: 'bc d', changes: [{ at: 0, from: 'a', to: 'b' }] });
});

test.each(names)('%s gives the same text for the same seed, and finds something to change', (name) => {
  const texts = Array.from({ length: 12 }, (_, seed) => perturb(name, sentence, {}, seed).text);
  expect(Array.from({ length: 12 }, (_, seed) => perturb(name, sentence, {}, seed).text)).toEqual(texts);
  expect(texts.some((text) => text !== sentence)).toBe(true);
});

test.each([
  ['keyboard_typos', { probability: 0 }],
  ['misspellings', { probability: 0 }],
  ['extra_space', { probability: 0 }],
  ['contractions', { probability: 0 }],
  ['filler_words', { probability: 0 }],
  ['synonyms', { probability: 0 }],
  ['number_noise', { probability: 0 }],
  ['punctuation_noise', { probability: 0 }],
  ['look_alikes', { probability: 0 }],
  ['random_upper_case', { proportion: 0 }],
  ['whitespace_add_remove', { add_probability: 0, remove_probability: 0 }],
])('%s at probability 0 changes nothing', (name, settings) => {
  expect(perturb(name, sentence, settings)).toEqual({ text: sentence, changes: [] });
});

test.each([
  ['misspellings', { probability: 1 }, 'I believe my Friend', 'I beleive my Freind'],
  ['letter_case', {}, 'Ab C', 'ab c'],
  ['letter_case', { mode: 'upper' }, 'Ab ß', 'AB SS'],
  ['letter_case', { mode: 'swap' }, 'Ab', 'aB'],
  ['extra_space', { probability: 1, max_spaces: 2 }, 'a b', 'a  b'],
  ['contractions', {}, 'It is. I cannot, we’re', "It's. I can't, we are"],
  ['contractions', { mode: 'expand' }, "It's not. DON'T", 'It is not. DO NOT'],
  ['contractions', { mode: 'contract' }, "it's what it is", "it's what it's"],
  ['number_noise', {}, 'Seven of 12000 in 1999, 3.5 and 3', '7 of 12,000 in 1999, 3.5 and three'],
  ['number_noise', {}, '12,000 times one', '12000 times one'],
  ['look_alikes', { probability: 1 }, 'Paco z', 'Расо z'],
])('%s %j of %j', (name, settings, text, expected) => {
  expect(perturb(name, text, settings).text).toBe(expected);
});

test('punctuation between digits stays', () => {
  expect(perturb('punctuation_noise', '3.5 and 1,000', { probability: 1 }).text).toBe('3.5 and 1,000');
});

test('synonyms keep names, short words and words of grammar', () => {
  const { changes } = perturb('synonyms', 'Then Paris will have an enormous car with them', { probability: 1 });
  expect(changes.map(({ from }) => from)).toEqual(['enormous']);
});

test('typos keep the case of the letter', () => {
  const { changes } = perturb('keyboard_typos', 'ABCDEFGHIJ', { probability: 1 });
  expect(changes.every(({ to }) => to === to.toUpperCase())).toBe(true);
});

test('a very long number is grouped without trying every digit against every other', () => {
  const text = `1${'234'.repeat(100_000)}`;
  expect(perturb('number_noise', text).text).toBe(`1${',234'.repeat(100_000)}`);
});
