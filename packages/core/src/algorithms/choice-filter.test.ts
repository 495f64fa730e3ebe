import { expect, test } from 'vitest';
import { choiceFilter, chosenLetter } from './choice-filter.ts';

const CHOICES = ['Paris', 'Lyon (old)', 'Guilty of Romance', 'Guilty', ' a.b '];

/** Options, answer, and what lm_eval 0.4.13's MultiChoiceRegexFilter makes of them. */
const cases: [options: object, answer: string, letter: string][] = [
  [{ ignore_case: true, ignore_punctuation: true, regex_pattern: '(\\([A-Z]\\))' }, 'the answer is (B).', '(B)'],
  [{ ignore_case: true, ignore_punctuation: true, regex_pattern: '(\\([A-Z]\\))' }, 'guilty of romance', '(C)'],
  [{ ignore_case: true, ignore_punctuation: true, regex_pattern: '(\\([A-Z]\\))' }, 'It is lyon old!', '(B)'],
  [{ ignore_case: true, ignore_punctuation: true, regex_pattern: '(\\([A-Z]\\))' }, 'x: D', '(D)'],
  [{ ignore_case: true, ignore_punctuation: true, regex_pattern: '(\\([A-Z]\\))' }, 'none', '[invalid]'],
  [{ ignore_case: true, ignore_punctuation: true, regex_pattern: '(\\([A-Z]\\))' }, '', '[invalid]'],
  [{ ignore_case: true, ignore_punctuation: true, regex_pattern: '(\\([A-Z]\\))' }, 'A.B', '(E)'],
  [{ ignore_case: true, ignore_punctuation: true, regex_pattern: '(\\([A-Z]\\))' }, '(Z)', '(Z)'],
  [{ ignore_case: true, ignore_punctuation: true, regex_pattern: '(\\([A-Z]\\))' }, 'Guilty!', '(D)'],
  [{ ignore_case: true, ignore_punctuation: true, regex_pattern: '(\\([A-Z]\\))' }, 'see: A or paris', '(A)'],
  [{ regex_pattern: 'answer is (\\w)' }, 'answer is C', 'C'],
  [{ regex_pattern: 'answer is (\\w)' }, 'Guilty of Romance, Guilty', '(C)'],
  [{ regex_pattern: 'answer is (\\w)' }, 'choice: E', '(E)'],
  [{ regex_pattern: 'answer is (\\w)' }, 'a.b', '(E)'],
  [{ regex_pattern: 'answer is (\\w)' }, 'axb', '[invalid]'],
  [
    { regex_pattern: '(?<=is )\\(([A-E])\\)|=(\\d)', group_select: -1, regexes_to_ignore: ['\\s+'], fallback: '?' },
    'is (A) is (B) =3',
    '3',
  ],
  [
    { regex_pattern: '(?<=is )\\(([A-E])\\)|=(\\d)', group_select: -1, regexes_to_ignore: ['\\s+'], fallback: '?' },
    'GuiltyofRomance',
    '(C)',
  ],
  [
    { regex_pattern: '(?<=is )\\(([A-E])\\)|=(\\d)', group_select: -1, regexes_to_ignore: ['\\s+'], fallback: '?' },
    'Lyon(old)',
    '(B)',
  ],
  [
    { regex_pattern: '(?<=is )\\(([A-E])\\)|=(\\d)', group_select: -1, regexes_to_ignore: ['\\s+'], fallback: '?' },
    '',
    '?',
  ],
  [
    { regex_pattern: '(?<=is )\\(([A-E])\\)|=(\\d)', group_select: -1, regexes_to_ignore: ['\\s+'], fallback: '?' },
    'Guilty of Romance',
    '(C)',
  ],
];

test.each(cases)('%j takes out of %j what lm_eval takes', (options, answer, letter) => {
  const filter = choiceFilter.parse({ function: 'multi_choice_regex', ...options });
  expect(chosenLetter(answer, CHOICES, filter)).toBe(letter);
});
