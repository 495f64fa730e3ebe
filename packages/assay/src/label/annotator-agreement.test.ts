import { type HumanLabel, LabelBook, textDigest } from '@assay/core';
import { expect, test } from 'vitest';
import { annotatorAgreement } from './annotator-agreement.ts';

const rubric = textDigest('r');
function said(who: string, words: string, of: string = rubric): HumanLabel[] {
  return [...words].flatMap((word, at) =>
    word === ' '
      ? []
      : [
          {
            sample: textDigest('s'),
            output: textDigest(`o${at}`),
            label: word,
            who,
            when: '2026-11-29T08:00:00Z',
            rubric: of,
          },
        ],
  );
}

test('people are held against one another, pair by pair and all together', () => {
  const book = new LabelBook([...said('bob', 'yynn y'), ...said('ann', 'yyny '), ...said('eve', '     y')]);
  // Kappa by hand: 3 of 4 alike; by chance (2·3 + 2·1) / 16 = 1/2; (3/4 − 1/2) / (1/2) = 1/2.
  expect(annotatorAgreement(book)).toEqual([
    {
      rubric,
      people: { bob: 5, ann: 4, eve: 1 },
      shared: 5,
      contradicted: 1,
      alpha: expect.closeTo(1 - (9 * 2) / (10 * 9 - (7 * 6 + 3 * 2)), 12),
      pairs: [
        { people: ['ann', 'bob'], n: 4, agreed: 3, kappa: 0.5, interval: [expect.any(Number), expect.any(Number)] },
        { people: ['bob', 'eve'], n: 1, agreed: 1, kappa: null, interval: null },
      ],
    },
  ]);
});

test('labels of two rubrics are never mixed, and one person alone agrees with nobody', () => {
  const found = annotatorAgreement(new LabelBook([...said('ann', 'yn'), ...said('bob', 'ny', textDigest('other'))]));
  expect(found.map(({ shared, alpha, pairs }) => [shared, alpha, pairs.length])).toEqual([
    [0, null, 0],
    [0, null, 0],
  ]);
});
